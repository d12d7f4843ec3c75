#include "services/api/requests/log_place.hpp"

#include "services/api/requests/query.hpp"

namespace almanac::api {

std::optional<LogPlace> LogPlace::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto position = parse_decimal(text.substr(0, dot));
  if (!position) return std::nullopt;
  if (dot == std::string_view::npos) return LogPlace{*position, std::nullopt};
  const std::string_view digits = text.substr(dot + 1);
  if (digits.size() != hash_digits || digits.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  return LogPlace{*position, std::string(digits)};
}

std::string LogPlace::text(events::Position position, const events::Hash& hash) {
  return std::to_string(position) + "." + events::hex(hash).substr(0, hash_digits);
}

bool LogPlace::names(const events::Hash& hash) const {
  return !hash_start || events::hex(hash).compare(0, hash_digits, *hash_start) == 0;
}

Problem foreign_log(events::Position position) {
  return {ProblemKind::foreign_log, "This is not the log that you read: position " +
                                        std::to_string(position) + " has another hash here."};
}

Problem unreadable_log() {
  Problem problem{ProblemKind::unavailable, "The log cannot be read now."};
  problem.headers = "Retry-After: 1\r\n";
  return problem;
}

std::optional<Problem> refuse_foreign(const LogPlace& place, const log::Records& records,
                                      events::Position end) {
  if (!place.hash_start || place.position >= end) return std::nullopt;
  const auto read = records.read(place.position, 1);
  if (!read || read->empty()) return unreadable_log();
  if (place.names(read->front().record.hash)) return std::nullopt;
  return foreign_log(place.position);
}

}  // namespace almanac::api
