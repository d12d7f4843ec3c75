#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace almanac::events {

/// A credit multiplier: an exact decimal, 0 to 10000 with up to 6 places, held in millionths.
struct Multiplier {
  std::int64_t millionths = 0;

  /// Without exponent, without trailing zeros: `1.5`, `0.000001`, `10000`.
  std::string text() const;
  /// From the text of a JSON number, exactly: `1e-3` and `1.0000000` are fine, a seventh place that is not 0,
  /// a sign other than of zero and anything over 10000 are nullopt. No binary floating point on the way.
  static std::optional<Multiplier> parse(std::string_view number);

  auto operator<=>(const Multiplier&) const = default;
};

}  // namespace almanac::events
