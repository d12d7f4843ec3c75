#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "events/log/log.hpp"
#include "events/log/witness.hpp"

namespace almanac::log::kafka {

using Clock = std::chrono::steady_clock;

/// What was met in the topic and set aside; the log's position did not move.
struct SetAside {
  std::uint64_t foreign = 0;     ///< no valid envelope
  std::uint64_t duplicates = 0;  ///< of a record that is there
  std::uint64_t altered = 0;     ///< duplicates with other bytes: somebody writes here what is no log
};

struct TopicFacts {
  int replicas = 0;
  int in_sync_min = 0;               ///< `min.insync.replicas`
  std::size_t record_bytes_max = 0;  ///< what `max.message.bytes` leaves to a record
};

/// How a node stands to its topic.
struct Standing {
  std::optional<Failure> stopped;  ///< why its tail goes no further, until the node starts again; reads go on
  std::string trouble;             ///< what keeps the tail from the brokers just now; empty when nothing does
  bool was_at_end = false;         ///< since opening
  std::optional<Clock::time_point> at_end_at;  ///< when what is known here was last known to be all there is
  SetAside set_aside;
  std::optional<TopicFacts> topic;  ///< once it was checked
  std::optional<Loss>
      accepted_loss;           ///< what `accept_loss_after` forgave; belongs into the next WriterClaimed
  std::string copy_set_aside;  ///< why the earlier copy of the records was; empty when it was not
};

}  // namespace almanac::log::kafka
