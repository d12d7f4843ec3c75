#pragma once
#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "services/api/answers/log_walk.hpp"
#include "services/api/transport/problem.hpp"

/// Pages of the log that go on by position: GET /v1/events and GET /v1/log.
namespace almanac::api {

/// What became of a record that was looked at. `behind`: neither this one nor a later one is wanted.
enum class Look : std::uint8_t { passed, taken, behind };

/// Where a page ended.
struct PageEnd {
  events::Position read_to = 0;  ///< the last position looked at
  events::Hash hash{};           ///< of that record, when there is more
  bool more = false;             ///< something stands behind it that was not looked at
};

/// Looks at records from `from` on, where `walk` begins, until `limit` were taken, `body` has grown to 4 MiB,
/// 10,000 were looked at, or `end` is reached.
tl::expected<PageEnd, Problem> fill_page(LogWalk walk, events::Position from, events::Position end,
                                         std::size_t limit, const std::string& body,
                                         const std::function<Look(const log::Entry&)>& look);

/// Almanac-Read-To, and the Link to the next page of the same request.
void add_page_end(Response& response, const Request& request, const PageEnd& end);

}  // namespace almanac::api
