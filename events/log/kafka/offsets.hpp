#pragma once
#include <cstdint>

#include "events/log/kafka/handle.hpp"

/// Asking the partition's leader where its log begins and ends. Kafka's offsets count transaction markers and
/// whatever else lies in the partition; they never leave this folder.
namespace almanac::log::kafka {

using Offset = std::int64_t;

/// Where the partition begins; above 0 when records were removed.
tl::expected<Offset, Failure> ask_first_offset(const Handle& asker, std::chrono::milliseconds wait);

/// The last stable offset: every transaction that was finished before the question lies below it. Bounded by
/// `wait`, for which `rd_kafka_query_watermark_offsets` would not do: it asks again for as long as the leader
/// is silent, whatever its timeout says.
tl::expected<Offset, Failure> ask_last_stable_offset(const Handle& asker, std::chrono::milliseconds wait);

}  // namespace almanac::log::kafka
