#pragma once
#include "events/log/kafka/handle.hpp"
#include "events/log/kafka/standing.hpp"
#include "events/log/kafka/topic_fault.hpp"

/// Whether a topic can be a log: one partition from offset 0 on, nothing ever removed from it.
namespace almanac::log::kafka {

/// Makes the topic first where it is missing and `options` say so. Waits a few seconds at most; not for an
/// I/O thread.
tl::expected<TopicFacts, TopicFault> check_topic(const Handle& asker, const Options& options);
/// The same by a client of its own, and again for `open_wait` while the trouble is a passing one.
tl::expected<TopicFacts, TopicFault> check_topic_until(const Options& options);

}  // namespace almanac::log::kafka
