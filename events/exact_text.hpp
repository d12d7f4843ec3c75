#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "events/decimal.hpp"
#include "events/instant.hpp"

/// Stored values from the one text that each has: a second way of writing it is refused, so that what was
/// read can be written again byte for byte.
namespace almanac::events {

/// Decimal, not padded, without a sign other than a needed minus.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if ((text.size() > 1 && text.front() == '0') || text.starts_with("-0")) return std::nullopt;
  return value;
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
inline std::optional<Instant> instant_in(std::string_view text) {
  if (text.size() != 24 || text[10] != 'T' || text[19] != '.' || text[23] != 'Z') return std::nullopt;
  return Instant::parse(text);
}

/// Without exponent and trailing zeros.
inline std::optional<Multiplier> multiplier_in(std::string_view text) {
  const auto multiplier = Multiplier::parse(text);
  if (!multiplier || multiplier->text() != text) return std::nullopt;
  return multiplier;
}

}  // namespace almanac::events
