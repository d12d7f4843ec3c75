#pragma once
#include <functional>

#include "events/log/import.hpp"
#include "events/log/kafka/options.hpp"
#include "events/log/kafka/topic_fault.hpp"

/// A whole log into a topic, and the end of one: what an operator does once, without a node and its copy.
/// Both take the transactional id, which fences whoever writes there.
namespace almanac::log::kafka {

/// Into a topic that holds no record; one that is missing is made. It is one transaction, which is committed
/// behind the last line: a reader (`read_committed`) sees the whole log or none of it, also when this process
/// is killed. Then the topic is read back and proved. `append_wait` bounds the transaction; the brokers'
/// `transaction.max.timeout.ms` (15 minutes) has to allow for it and 20 s more.
tl::expected<Verified, TopicFault> import_topic(const Options& options, Source& source, Unsealed unsealed,
                                                const GoOn& go_on, const Meaning& meaning = {},
                                                const Progress& progress = {});

/// Makes the LogSealed behind `last`.
using MakeSeal =
    std::function<tl::expected<events::Record, Failure>(const events::Record& last, const Tip& tip, Epoch)>;

/// Ends the log in a topic. Nothing is done to one that is sealed already.
tl::expected<void, TopicFault> seal_topic(const Options& options, const MakeSeal& make);

}  // namespace almanac::log::kafka
