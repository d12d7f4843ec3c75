#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/log/log.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {

/// A place in the log as a reader names it: `<position>`, or `<position>.<first 16 hex digits of its hash>`,
/// which holds in the log that it was read from and in no other (a restored backup issues positions again).
struct LogPlace {
  events::Position position = 0;
  std::optional<std::string> hash_start;

  static constexpr std::size_t hash_digits = 16;
  /// nullopt: malformed.
  static std::optional<LogPlace> parse(std::string_view text);
  static std::string text(events::Position position, const events::Hash& hash);

  /// Whether a record of that position and hash is the one that is meant.
  bool names(const events::Hash& hash) const;
  /// The position behind it, without wrapping around.
  events::Position next() const { return position + 1 == 0 ? position : position + 1; }
};

/// 409.
Problem foreign_log(events::Position position);
/// 503: the log cannot be read.
Problem unreadable_log();
/// Why the place is none of this log, whose applied records end before `end`. A place at or past it is
/// nobody's yet and is not refused.
std::optional<Problem> refuse_foreign(const LogPlace& place, const log::Records& records,
                                      events::Position end);

}  // namespace almanac::api
