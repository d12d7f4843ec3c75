#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "events/instant.hpp"
#include "events/record.hpp"
#include "projections/store.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {

struct Service;

/// RFC 3339; a `+` of an offset that was not encoded arrives as a blank. nullopt: malformed.
std::optional<events::Instant> parse_time(std::string_view text);

/// `asOf` as a client wrote it: a time, a position (with the first 16 digits of its hash or without), or the
/// pair `<position>@<time>` that an earlier answer named in Almanac-As-Of.
struct AsOf {
  std::optional<events::Position> position;
  std::optional<std::string> hash_start;
  std::optional<events::Instant> time;

  /// nullopt: none of these.
  static std::optional<AsOf> parse(std::string_view text);
};

/// The log's past as an answer uses it: rows right after `position`, the clock at `t`.
struct Past {
  events::Position position = 0;
  events::Instant t;

  std::string pair() const;  ///< as in Almanac-As-Of
};

/// A time resolves to the last event at or before it with the clock at that time, a position to its own event
/// and time. What lies ahead of `now` or of the log's end is a 422, a hash of another log a 409.
tl::expected<Past, Problem> resolve(const AsOf& as_of, const Service& service,
                                    const projections::Snapshot& snapshot, events::Instant now);

}  // namespace almanac::api
