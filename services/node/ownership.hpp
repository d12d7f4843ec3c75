#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "events/log/kafka/candidate.hpp"
#include "events/log/kafka/kafka_log.hpp"
#include "projections/projector.hpp"
#include "services/node/logging.hpp"
#include "services/scheduler/scheduler.hpp"
#include "services/writer/writer.hpp"

namespace almanac::node {

/// One of several nodes on one log: folds what others write, takes the log over when the group chooses this
/// node, and gives it up when another holds it. One thread, which folds while the writer does not.
///
///     following --chosen--> claiming --claimed--> owning --fenced, another chosen, log refuses--> following
///
/// A node that was fenced claims again after a newer word of the group than the one under which it was
/// fenced: what it knew of the group then may be of the past. If it were, a session later it would know
/// better; a word that stands by then is true, and whoever fenced the node was not chosen and has gone.
class Ownership {
 public:
  struct Around {
    log::kafka::KafkaLog& log;
    projections::Projector& projector;
    writer::Writer& writer;
    scheduler::Scheduler& scheduler;
    Logger& logger;
    std::function<log::kafka::Candidate::Hint()> hint;
  };
  explicit Ownership(Around around) : around_(std::move(around)) {}
  ~Ownership() { stop(); }

  /// The read models have caught up with the log.
  void start();
  /// Gives the log up after answering all that was submitted; nothing is folded any more. Again is nothing.
  void stop();
  /// The writer stood down. Any thread.
  void writer_stood_down();

  bool owning() const { return owning_.load(); }
  std::uint64_t takeovers() const { return takeovers_.load(); }
  /// Where and why folding stopped: reads go on, this node writes no more until it starts again.
  std::optional<projections::Stopped> folding_stopped() const;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  bool follow();
  bool take_over();
  void own();
  bool may_claim() const;
  std::optional<std::string> why_give_up() const;
  void note_stopped(const projections::Stopped& stopped);
  bool stopping() const;

  Around around_;
  // The thread's own.
  std::uint64_t fenced_under_ = 0;       ///< the group's word under which this node was fenced last
  Clock::time_point word_is_true_at_{};  ///< if it still is that word
  Clock::time_point claim_again_at_{};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool stood_down_ = false;
  std::optional<projections::Stopped> stopped_;
  std::atomic<bool> owning_{false};
  std::atomic<std::uint64_t> takeovers_{0};
  std::thread thread_;
};

}  // namespace almanac::node
