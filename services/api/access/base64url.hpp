#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace almanac::api {

/// Base64url without padding (RFC 7515, 2).
std::string base64url(std::string_view bytes);
/// Only the canonical form: the URL alphabet, no padding, no white space, unused bits zero. Two texts never
/// decode to the same bytes, so that a token has one spelling.
std::optional<std::string> parse_base64url(std::string_view text);

}  // namespace almanac::api
