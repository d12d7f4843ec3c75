#pragma once
#include <cstdint>
#include <optional>

namespace almanac::events {

/// Writes a byte as two lower-case hexadecimal digits.
inline void put_hex(char* at, std::uint8_t byte) {
  constexpr const char* digits = "0123456789abcdef";
  at[0] = digits[byte >> 4];
  at[1] = digits[byte & 15];
}

/// Lower case only: ids and hashes have one text each, so that comparing texts is comparing values.
inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// Of the two characters at `at`.
inline std::optional<std::uint8_t> hex_byte(const char* at) {
  const int high = hex_digit(at[0]);
  const int low = hex_digit(at[1]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<std::uint8_t>(high * 16 + low);
}

}  // namespace almanac::events
