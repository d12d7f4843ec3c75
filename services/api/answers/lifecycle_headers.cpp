#include "services/api/answers/lifecycle_headers.hpp"

#include <date/date.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "events/lifecycle.hpp"

namespace almanac::api {
namespace {

std::int64_t floor_seconds(events::Instant at) {
  return at.ms >= 0 ? at.ms / 1000 : -((-at.ms + 999) / 1000);
}

}  // namespace

std::string http_date(events::Instant at) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const date::sys_seconds seconds{std::chrono::seconds{floor_seconds(at)}};
  const auto day = date::floor<date::days>(seconds);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss<std::chrono::seconds> clock{seconds - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                days[date::weekday{day}.c_encoding()], static_cast<unsigned>(ymd.day()),
                months[static_cast<unsigned>(ymd.month()) - 1], static_cast<int>(ymd.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string lifecycle_headers(const Subject& subject) {
  const events::Deprecation* deprecation = events::effective_deprecation(subject.model(), subject.parent());
  if (deprecation == nullptr) return {};
  std::string lines = "Deprecation: @";
  lines.append(std::to_string(floor_seconds(events::deprecated_since(*deprecation))));
  lines.append("\r\nSunset: ").append(http_date(deprecation->end_of_life_at)).append("\r\n");
  if (subject.replacement_usable()) {
    lines.append("Link: </v1/models/").append(deprecation->replacement->text());
    lines.append(">; rel=\"successor-version\"\r\n");
  }
  return lines;
}

}  // namespace almanac::api
