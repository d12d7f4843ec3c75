#include "events/instant.hpp"

#include <date/date.h>

#include <chrono>

namespace almanac::events {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

struct Cursor {
  std::string_view rest;

  bool take(char expected) {
    if (rest.empty() || rest.front() != expected) return false;
    rest.remove_prefix(1);
    return true;
  }
  std::optional<int> take_number(std::size_t digits) {
    if (rest.size() < digits) return std::nullopt;
    int value = 0;
    for (char c : rest.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest.remove_prefix(digits);
    return value;
  }
};

void put(char* at, std::int64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

/// Midnight of a date in milliseconds, when the calendar has that date.
std::optional<std::int64_t> take_date(Cursor& in) {
  const auto year = in.take_number(4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.take_number(2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.take_number(2);
  if (!day) return std::nullopt;
  const date::year_month_day ymd{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                 date::day{static_cast<unsigned>(*day)}};
  if (!ymd.ok()) return std::nullopt;
  return date::sys_days{ymd}.time_since_epoch().count() * day_ms;
}

std::optional<std::int64_t> take_hour_and_minute(Cursor& in) {
  const auto hour = in.take_number(2);
  if (!hour || *hour > 23 || !in.take(':')) return std::nullopt;
  const auto minute = in.take_number(2);
  if (!minute || *minute > 59) return std::nullopt;
  return (*hour * 60 + *minute) * std::int64_t{60'000};
}

/// Up to 9 digits, of which the first three count.
std::optional<std::int64_t> take_fraction(Cursor& in) {
  if (!in.take('.')) return 0;
  std::int64_t ms = 0;
  int digits = 0;
  while (const auto digit = in.take_number(1)) {
    if (++digits > 9) return std::nullopt;
    if (digits <= 3) ms = ms * 10 + *digit;
  }
  if (digits == 0) return std::nullopt;
  for (int i = digits; i < 3; ++i)
    ms *= 10;
  return ms;
}

std::optional<std::int64_t> take_offset(Cursor& in) {
  if (in.take('Z') || in.take('z')) return 0;
  const bool west = !in.rest.empty() && in.rest.front() == '-';
  if (!in.take('+') && !in.take('-')) return std::nullopt;
  const auto offset = take_hour_and_minute(in);
  if (!offset) return std::nullopt;
  return west ? -*offset : *offset;
}

}  // namespace

std::string Instant::text() const {
  const date::sys_time<std::chrono::milliseconds> point{std::chrono::milliseconds{ms}};
  const auto midnight = date::floor<date::days>(point);
  const date::year_month_day ymd{midnight};
  const std::int64_t in_day = (point - midnight).count();
  std::string out = "0000-00-00T00:00:00.000Z";
  put(out.data(), int{ymd.year()}, 4);
  put(out.data() + 5, unsigned{ymd.month()}, 2);
  put(out.data() + 8, unsigned{ymd.day()}, 2);
  put(out.data() + 11, in_day / 3'600'000, 2);
  put(out.data() + 14, in_day / 60'000 % 60, 2);
  put(out.data() + 17, in_day / 1'000 % 60, 2);
  put(out.data() + 20, in_day % 1'000, 3);
  return out;
}

std::optional<Instant> Instant::parse(std::string_view text) {
  Cursor in{text};
  const auto midnight = take_date(in);
  if (!midnight || (!in.take('T') && !in.take('t'))) return std::nullopt;
  const auto hour_and_minute = take_hour_and_minute(in);
  if (!hour_and_minute || !in.take(':')) return std::nullopt;
  const auto second = in.take_number(2);
  if (!second || *second > 59) return std::nullopt;
  const auto fraction = take_fraction(in);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(in);
  if (!offset || !in.rest.empty()) return std::nullopt;
  const Instant instant{*midnight + *hour_and_minute + *second * 1'000 + *fraction - *offset};
  // An offset may carry it out of the years that can be written again.
  constexpr std::int64_t first = date::sys_days{date::year{0} / 1 / 1}.time_since_epoch().count() * day_ms;
  constexpr std::int64_t end = date::sys_days{date::year{10000} / 1 / 1}.time_since_epoch().count() * day_ms;
  if (instant.ms < first || instant.ms >= end) return std::nullopt;
  return instant;
}

}  // namespace almanac::events
