#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace almanac::events {

/// A sign and a magnitude, so that -0 is told apart from a negative number.
struct ExactNumber {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

/// The text of a JSON number (RFC 8259, section 6) times 10^places, exactly and without binary floating
/// point. nullopt when the text is no JSON number, its exponent has more than 3 digits, or the product is not
/// whole or does not fit.
std::optional<ExactNumber> exactly(std::string_view number, int places);

}  // namespace almanac::events
