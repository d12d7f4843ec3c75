#include "events/log/kafka/first_record.hpp"

#include "events/log/chain.hpp"
#include "events/log/kafka/message.hpp"

namespace almanac::log::kafka {

tl::expected<std::string, Failure> log_id_in_topic(const Options& options, std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  const auto reader = Handle::open(options, Role::tail);
  if (!reader) return tl::unexpected(reader.error());
  rd_kafka_topic_t* topic = (*reader)->topic();
  std::string why = "no answer";
  if (rd_kafka_consume_start(topic, 0, 0) != 0) why = rd_kafka_err2str(rd_kafka_last_error());
  std::optional<std::string> found;
  while (!found && std::chrono::steady_clock::now() < deadline) {
    const Owned<rd_kafka_message_t> message(rd_kafka_consume(topic, 0, milliseconds_until(deadline)));
    if (message == nullptr) break;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      found = "";
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      why = rd_kafka_message_errstr(message.get());
      break;
    } else if (const auto record = record_of(*message); record && events::chain_link(record->bytes)) {
      found = log_id_of(record->bytes);
    }
  }
  rd_kafka_consume_stop(topic, 0);
  if (found) return *found;
  return tl::unexpected(Failure{"the first record of the topic " + options.topic + " cannot be read: " + why,
                                "look whether the brokers run and can be reached from here"});
}

}  // namespace almanac::log::kafka
