#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace almanac::events {

/// Writes a byte as two lower-case hexadecimal digits.
inline void put_hex(char* at, std::uint8_t byte) {
  constexpr const char* digits = "0123456789abcdef";
  at[0] = digits[byte >> 4];
  at[1] = digits[byte & 15];
}

namespace hex_table {
constexpr std::array<std::int8_t, 256> digits = [] {
  std::array<std::int8_t, 256> value{};
  value.fill(-1);
  for (std::size_t i = 0; i < 10; ++i)
    value[static_cast<std::size_t>('0') + i] = static_cast<std::int8_t>(i);
  for (std::size_t i = 0; i < 6; ++i)
    value[static_cast<std::size_t>('a') + i] = static_cast<std::int8_t>(10 + i);
  return value;
}();
}  // namespace hex_table

/// Lower case only: ids and hashes have one text each, so that comparing texts is comparing values. A table,
/// because a branch on a digit of a hash is foretold wrongly every other time, and a record has 300 of them.
inline int hex_digit(char c) {
  return hex_table::digits[static_cast<std::uint8_t>(c)];
}

/// Of the two characters at `at`.
inline std::optional<std::uint8_t> hex_byte(const char* at) {
  const int high = hex_digit(at[0]);
  const int low = hex_digit(at[1]);
  if ((high | low) < 0) return std::nullopt;
  return static_cast<std::uint8_t>(high * 16 + low);
}

}  // namespace almanac::events
