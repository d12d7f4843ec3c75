#pragma once
#include <string>

#include "services/api/resources/subject.hpp"

namespace almanac::api {

/// While an end of life is set: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and, while the replacement can
/// be moved to, `Link` with rel="successor-version". Nothing else otherwise. Lines ready for an answer's
/// head.
std::string lifecycle_headers(const Subject& subject);

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7), cut to the second.
std::string http_date(events::Instant at);

}  // namespace almanac::api
