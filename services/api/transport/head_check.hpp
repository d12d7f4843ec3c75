#pragma once
#include <optional>
#include <string_view>

#include "services/api/transport/http.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {

/// Whether the head's bytes hold a folded line (RFC 9112 5.2), which Beast unfolds without a word.
bool has_folded_line(std::string_view bytes);

/// Judges a head that Beast 1.81 took as well-formed by the rules that it does not hold: RFC 9112 3.2
/// (Host), 6.1 and 6.3 (Transfer-Encoding, Content-Length), RFC 9110 9.1 (methods), 10.1.1 (Expect). nullopt:
/// serve it. Anything else: the connection closes after the answer, because what follows cannot be trusted to
/// be a request.
std::optional<Problem> check_head(const Request& head, std::size_t target_bytes_max);

/// What to say of a start line that does not parse: 505 for a well-formed version that is not ours, else 400.
Problem judge_bad_version(std::string_view start_line);

}  // namespace almanac::api
