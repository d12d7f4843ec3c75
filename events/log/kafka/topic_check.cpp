#include "events/log/kafka/topic_check.hpp"

#include <algorithm>
#include <thread>

#include "events/log/kafka/offsets.hpp"
#include "events/log/kafka/topic_settings.hpp"

namespace almanac::log::kafka {
namespace {

using namespace std::chrono_literals;
constexpr auto wait = 2s;
/// What a message of Kafka may hold beside our bytes: its batch's head, lengths, a checksum.
constexpr std::size_t message_overhead = 1024;
constexpr const char* by_hand =
    "create it with one partition, cleanup.policy=delete, retention.ms=-1 and retention.bytes=-1";

tl::unexpected<TopicFault> fault(Trouble trouble, std::string what, std::string mend) {
  return tl::unexpected(TopicFault{trouble, Failure{std::move(what), std::move(mend)}});
}

struct Found {
  int brokers = 0;
  int partitions = 0;  // 0: there is no such topic
  int replicas = 0;
};

tl::expected<Found, TopicFault> look(const Handle& asker) {
  const rd_kafka_metadata_t* raw = nullptr;
  auto error = rd_kafka_metadata(asker.get(), 0, asker.topic(), &raw, static_cast<int>(wait / 1ms));
  const Owned<const rd_kafka_metadata_t> metadata(raw);
  Found found;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    found.brokers = metadata->broker_cnt;
    const auto& topic = metadata->topics[0];
    error = topic.err;
    found.partitions = topic.partition_cnt;
    if (topic.partition_cnt > 0) found.replicas = topic.partitions[0].replica_cnt;
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return found;
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return Found{found.brokers, 0, 0};
  return fault(Trouble::passing,
               std::string("the brokers do not say whether there is a topic ") +
                   rd_kafka_topic_name(asker.topic()) + ": " + rd_kafka_err2str(error),
               "look whether they run and can be reached from here");
}

/// What a log must have; each with why, for an operator who reads it at three in the morning.
tl::expected<void, TopicFault> check_settings(const std::string& topic, const TopicSettings& settings) {
  const auto refuse = [&](const std::string& name, const std::string& value, const std::string& why) {
    const auto found = settings.find(name);
    if (found != settings.end() && found->second == value) return tl::expected<void, TopicFault>();
    return tl::expected<void, TopicFault>(
        fault(Trouble::final,
              "the topic " + topic + " has " + name + "=" +
                  (found == settings.end() ? "(unknown)" : found->second) + ": " + why,
              "if nothing was removed yet, set " + name + "=" + value + " on the topic and start again"));
  };
  if (auto fit = refuse("cleanup.policy", "delete", "a compacted log loses events"); !fit) return fit;
  if (auto fit = refuse("retention.ms", "-1", "events older than that would be removed"); !fit) return fit;
  return refuse("retention.bytes", "-1", "the oldest events would be removed at that size");
}

/// Makes it and waits until the brokers have told each other.
tl::expected<Found, TopicFault> make_topic(const Handle& asker, const Options& options, int brokers) {
  const int replication = options.replication > 0 ? options.replication : std::min(3, std::max(1, brokers));
  const auto error = create_log_topic(asker, options.topic, replication, wait);
  if (error) {
    return fault(Trouble::passing, "the topic " + options.topic + " cannot be created: " + *error,
                 "give this client the right to create it, or " + std::string(by_hand));
  }
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (true) {
    auto found = look(asker);
    if (!found || found->partitions > 0 || std::chrono::steady_clock::now() > deadline) return found;
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace

tl::expected<TopicFacts, TopicFault> check_topic(const Handle& asker, const Options& options) {
  auto found = look(asker);
  if (!found) return tl::unexpected(found.error());
  if (found->partitions == 0) {
    if (options.missing_topic == MissingTopic::refuse) {
      return fault(Trouble::final, "there is no topic " + options.topic,
                   "name the right one; for a new log let Almanac create it, or " + std::string(by_hand));
    }
    found = make_topic(asker, options, found->brokers);
    if (!found) return tl::unexpected(found.error());
    if (found->partitions == 0)
      return fault(Trouble::passing, "the topic " + options.topic + " was just created", "wait");
  }
  if (found->partitions != 1) {
    return fault(Trouble::final,
                 "the topic " + options.topic + " has " + std::to_string(found->partitions) +
                     " partitions: only one partition has an order of all its records",
                 "create a topic with one partition, and name it");
  }
  const auto settings = ask_topic_settings(asker, options.topic, wait);
  if (!settings) {
    const bool forbidden = settings.error().forbidden;
    return fault(forbidden ? Trouble::final : Trouble::passing,
                 "the settings of the topic " + options.topic + " cannot be read: " + settings.error().what,
                 forbidden ? "give this client the right DescribeConfigs on the topic"
                           : "look whether the brokers run and can be reached from here");
  }
  if (auto fit = check_settings(options.topic, *settings); !fit) return tl::unexpected(fit.error());
  const auto first = ask_first_offset(asker, wait);
  if (!first) return tl::unexpected(TopicFault{Trouble::passing, first.error()});
  if (*first > 0) {
    return fault(
        Trouble::final,
        "the topic " + options.topic + " begins at offset " + std::to_string(*first) +
            ": the records before it were removed",
        "name another topic; `almanac log export` at a node that read it from its beginning has all of them");
  }
  const auto message_bytes = static_cast<std::size_t>(number_in(*settings, "max.message.bytes"));
  return TopicFacts{found->replicas, static_cast<int>(number_in(*settings, "min.insync.replicas")),
                    std::max(message_bytes, message_overhead) - message_overhead};
}

tl::expected<TopicFacts, TopicFault> check_topic_until(const Options& options) {
  const auto deadline = Clock::now() + options.open_wait;
  const auto asker = Handle::open(options, Role::asker);
  if (!asker) return tl::unexpected(TopicFault{Trouble::final, asker.error()});
  auto facts = check_topic(**asker, options);
  while (!facts && facts.error().trouble == Trouble::passing && Clock::now() < deadline) {
    std::this_thread::sleep_for(100ms);
    facts = check_topic(**asker, options);
  }
  return facts;
}

}  // namespace almanac::log::kafka
