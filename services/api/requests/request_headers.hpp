#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "events/record.hpp"
#include "services/api/answers/conditional.hpp"
#include "services/api/transport/http.hpp"
#include "services/api/transport/problem.hpp"

/// The request headers that are ours, read strictly: malformed ones are a 400.
namespace almanac::api {

struct WriteHeaders {
  std::optional<std::string> idempotency_key;  ///< without quotes
  std::optional<std::string> reason;
  std::optional<std::string> traceparent;  ///< nullopt also when malformed (W3C Trace Context, 3.2.2.3)
  std::optional<TagList> if_match;
};
tl::expected<WriteHeaders, Problem> write_headers(const Request& request);

/// Almanac-Min-Position.
tl::expected<std::optional<events::Position>, Problem> min_position(const Request& request);

/// What a Content-Type says, without parameters, in lower case; empty when absent or malformed. A charset
/// other than UTF-8 is no type that we know.
std::string media_type(const Request& request);

}  // namespace almanac::api
