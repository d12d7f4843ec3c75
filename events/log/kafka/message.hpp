#pragma once
#include <librdkafka/rdkafka.h>

#include <optional>

#include "events/log/kafka/handle.hpp"

/// A record as a Kafka message and back, to the byte: key, value, and every header (CloudEvents' Kafka
/// binding 1.0.2, binary mode).
namespace almanac::log::kafka {

/// nullopt for what no record of ours can be: no key, no value, a header without a value or twice.
std::optional<Record> record_of(const rd_kafka_message_t& message);

/// The headers of a record, whose bytes are canonical.
Owned<rd_kafka_headers_t> headers_of(const events::RecordView& record);

}  // namespace almanac::log::kafka
