#pragma once
#include <string_view>

namespace almanac::api {

/// Whether an Accept header (RFC 9110, 12.5.1) takes a media type: the most specific range that fits decides,
/// and q=0 refuses.
bool accepts(std::string_view header, std::string_view media_type);

/// Whether it would rather have `media_type`: by weight, then by which of the two it names more closely.
bool prefers(std::string_view header, std::string_view media_type, std::string_view to);

}  // namespace almanac::api
