#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace almanac::events {

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view bytes);
/// 64 lower-case hexadecimal digits.
std::string hex(const Hash& hash);
std::optional<Hash> parse_hex(std::string_view text);

}  // namespace almanac::events
