#pragma once
#include <optional>
#include <string>

#include "events/log/kafka/handle.hpp"

namespace almanac::log::kafka {

/// The id of the log that a topic holds, by its first record; empty when it holds none. For telling a topic
/// that lost its end from one that is another log's.
tl::expected<std::string, Failure> log_id_in_topic(const Options& options, std::chrono::milliseconds wait);

}  // namespace almanac::log::kafka
