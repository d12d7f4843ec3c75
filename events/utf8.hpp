#pragma once
#include <cstddef>
#include <string_view>

namespace almanac::events {

/// Bytes of the UTF-8 sequence (RFC 3629) that `text` begins with; 0 when it begins with none: cut short,
/// longer than needed, a surrogate, beyond U+10FFFF.
std::size_t utf8_sequence(std::string_view text);

bool is_utf8(std::string_view text);

/// Length in Unicode code points, as every length of the API is counted. `text` must be UTF-8.
std::size_t code_points(std::string_view text);

}  // namespace almanac::events
