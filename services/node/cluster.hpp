#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/api/service.hpp"
#include "services/node/ownership.hpp"
#include "services/node/settings.hpp"

namespace almanac::node {

/// This node among others on one topic: its candidacy, its ownership, and what it says of both. Made where
/// `log.engine` is kafka.
class Cluster {
 public:
  Cluster(const Settings& settings, Logger& logger, log::kafka::KafkaLog& log,
          projections::Projector& projector, writer::Writer& writer, scheduler::Scheduler& scheduler);

  /// Waits until all of the topic was read that was there, saying every few seconds what it waits for. What
  /// `asked_to_stop` says ends it. A failure: the topic cannot be this node's log.
  tl::expected<void, log::Failure> await_topic(const std::function<void()>& unless_stopped);
  /// Follows, and stands for ownership.
  tl::expected<void, log::Failure> start();
  /// Gives the log up and leaves the group.
  void stop();
  void writer_stood_down() { ownership_.writer_stood_down(); }

  /// Who takes writes. Any thread, and so are those below.
  api::Owner owner() const;
  /// As the writer's, but for a node that does not own the log.
  writer::WriterStatus status() const;
  /// How long ago what is known here was all there is; nullopt while the brokers answer.
  std::optional<std::chrono::seconds> log_out_of_reach() const;
  /// What an operator should know of the topic, in sentences.
  std::vector<std::string> notes() const;

  struct Figures {
    bool owning = false;
    std::uint64_t takeovers = 0;
    std::uint64_t lag_records = 0;  ///< read from the topic and not folded yet
    double age_seconds = 0;
    log::kafka::SetAside set_aside;
  };
  Figures figures() const;

 private:
  const Settings& settings_;
  Logger& logger_;
  log::kafka::KafkaLog& log_;
  projections::Projector& projector_;
  writer::Writer& writer_;
  std::unique_ptr<log::kafka::Candidate> candidate_;
  Ownership ownership_;
};

}  // namespace almanac::node
