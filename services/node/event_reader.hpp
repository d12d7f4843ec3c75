#pragma once
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "events/event.hpp"
#include "events/log/log.hpp"

namespace almanac::node {

/// Events from a position on, read from the log and decoded, at most `limit`; the error is a sentence.
tl::expected<std::vector<events::Recorded>, std::string> read_events(const log::Records& records,
                                                                     events::Position from,
                                                                     std::size_t limit);

}  // namespace almanac::node
