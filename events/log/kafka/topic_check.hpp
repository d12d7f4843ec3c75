#pragma once
#include <cstdint>

#include "events/log/kafka/handle.hpp"
#include "events/log/kafka/standing.hpp"

/// Whether a topic can be a log: one partition from offset 0 on, nothing ever removed from it.
namespace almanac::log::kafka {

enum class Trouble : std::uint8_t {
  passing,  ///< the brokers cannot be asked: ask again
  final,    ///< the topic is not fit: an operator has to change something
};
struct TopicFault {
  Trouble trouble = Trouble::passing;
  Failure failure;
};

/// Makes the topic first where it is missing and `options` say so. Waits a few seconds at most; not for an
/// I/O thread.
tl::expected<TopicFacts, TopicFault> check_topic(const Handle& asker, const Options& options);

}  // namespace almanac::log::kafka
