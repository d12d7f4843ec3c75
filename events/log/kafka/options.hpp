#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/log.hpp"
#include "events/log/witness.hpp"

namespace almanac::log::kafka {

/// What a line is for: finding out, or somebody who has to do something. librdkafka says the latter again
/// with every try.
enum class Weight : std::uint8_t { detail, trouble };

/// Whether a topic that is not there is made. Only ever by whoever starts the first node of all.
enum class MissingTopic : std::uint8_t { refuse, create };

struct Options {
  std::filesystem::path directory;  ///< of the copy of the records: this process's own, disposable
  std::string brokers;  ///< `host:port`, separated by commas: where the cluster is asked for first
  std::string topic = "almanac.events";
  /// The same for all nodes of a log, since claiming it is what fences; empty: `almanac:<topic>`.
  std::string transactional_id;
  /// librdkafka's own properties, for TLS and SASL. Those that the log's safety rests on are refused.
  std::map<std::string, std::string> properties;

  MissingTopic missing_topic = MissingTopic::refuse;
  int replication = 0;  ///< of a topic that is made; 0: 3, or as many as there are brokers

  std::vector<Witness> known;                 ///< what read models remember
  std::optional<Position> accept_loss_after;  ///< see `hear` in witness.hpp

  std::chrono::milliseconds open_wait = std::chrono::seconds(10);  ///< for a first word from the brokers
  std::chrono::milliseconds claim_wait = std::chrono::seconds(30);
  std::chrono::milliseconds append_wait = std::chrono::seconds(10);
  std::chrono::milliseconds barrier_wait = std::chrono::seconds(5);

  /// Of the records that a producer sends as one; a topic takes no more than its `max.message.bytes` in one.
  std::size_t sent_at_once_max = 1'000'000;

  std::size_t memtable_bytes = std::size_t{32} << 20;
  std::size_t block_cache_bytes = std::size_t{8} << 20;

  /// What librdkafka has to say, a line each; called from its threads, so it may not wait for this log.
  std::function<void(Weight, std::string_view)> say;
};

}  // namespace almanac::log::kafka
