#include "events/log/kafka/offsets.hpp"

namespace almanac::log::kafka {
namespace {

/// The protocol's "timestamps" for the two ends; with `read_committed` the latest is the last stable offset.
constexpr std::int64_t earliest = -2;
constexpr std::int64_t latest = -1;

tl::expected<Offset, Failure> ask(const Handle& asker, std::int64_t which, std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  auto* question = rd_kafka_topic_partition_list_add(list.get(), rd_kafka_topic_name(asker.topic()), 0);
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  do {
    question->offset = which;
    question->err = RD_KAFKA_RESP_ERR_NO_ERROR;
    error = rd_kafka_offsets_for_times(asker.get(), list.get(), milliseconds_until(deadline));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = question->err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && question->offset >= 0) return question->offset;
    // A new leader answers only when its end is known to be whole (KIP-207).
    const bool may_change = error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
                            error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                            error == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE;
    if (!may_change) break;
    rd_kafka_poll(asker.get(), 20);
  } while (std::chrono::steady_clock::now() < deadline);
  return tl::unexpected(Failure{std::string("the brokers do not say where the topic ") +
                                    rd_kafka_topic_name(asker.topic()) + " ends: " + rd_kafka_err2str(error),
                                "look whether they run and can be reached from here"});
}

}  // namespace

tl::expected<Offset, Failure> ask_first_offset(const Handle& asker, std::chrono::milliseconds wait) {
  return ask(asker, earliest, wait);
}

tl::expected<Offset, Failure> ask_last_stable_offset(const Handle& asker, std::chrono::milliseconds wait) {
  return ask(asker, latest, wait);
}

}  // namespace almanac::log::kafka
