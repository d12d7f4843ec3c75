#pragma once
#include <cstdint>
#include <cstring>

namespace almanac::events::json {

/// Whether the 8 bytes at `at` are plain characters of a string: ASCII, no control, no quote, no backslash.
/// Most text is, and is passed over eight bytes at a time.
inline bool eight_plain(const char* at) {
  constexpr std::uint64_t each = 0x0101010101010101U;
  constexpr std::uint64_t top = 0x8080808080808080U;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, 8);
  const std::uint64_t quote = bytes ^ (each * '"');
  const std::uint64_t backslash = bytes ^ (each * '\\');
  // A borrow from a lower byte can only make this find too much, never too little.
  const std::uint64_t found = (bytes - each * 0x20) | (quote - each) | (backslash - each) | bytes;
  return (found & top) == 0;
}

}  // namespace almanac::events::json
