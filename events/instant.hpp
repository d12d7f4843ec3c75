#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace almanac::events {

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, years 0000 to 9999.
struct Instant {
  std::int64_t ms = 0;

  /// `YYYY-MM-DDTHH:MM:SS.mmmZ`, 24 characters.
  std::string text() const;
  /// RFC 3339 with any offset and up to 9 fraction digits, cut to milliseconds. Second 60, a date that does
  /// not exist and anything else is nullopt.
  static std::optional<Instant> parse(std::string_view text);

  auto operator<=>(const Instant&) const = default;
};

}  // namespace almanac::events
