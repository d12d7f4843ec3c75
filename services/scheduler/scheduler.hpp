#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "projections/timers.hpp"
#include "services/writer/submit.hpp"

/// Records ends of life when they are due, through the same writer as everyone else.
namespace almanac::scheduler {

using Round = std::vector<projections::Timer>;

/// What the scheduler knows of the world; given by the node, and by tests that hold the clock. Any thread.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// Log time: what the writer would stamp an event with now.
  virtual events::Instant now() const = 0;
  /// The clock is in doubt or nothing can be written: nothing is fired.
  virtual bool paused() const = 0;
  /// The first timers as last folded, in due order: from the place that the read models remember, so that no
  /// look wades through what was fired before.
  virtual Round timers(std::size_t count_max) = 0;
  /// Waits until `wake` is notified or the wall clock shows `until`; no `until`: only the former.
  virtual void wait(std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
                    std::optional<events::Instant> until) = 0;
};

/// Waits on the machine's wall clock, and follows it when it is set meanwhile.
void wait_on_wall_clock(std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
                        std::optional<events::Instant> until);

/// One thread that sleeps until the first timer is due. After downtime all that is due is fired in due order,
/// `round_max` at a time, each round one part of a batch that users share.
///
/// Firing is a command; that it happens once is decided there, by the deprecation that scheduled it. What was
/// not applied is fired again a second later.
class Scheduler {
 public:
  static constexpr std::size_t round_max = 128;
  /// After a round that fired nothing, and while paused: how long until the next look.
  static constexpr std::int64_t look_again_ms = 1'000;

  Scheduler(writer::Submit& writer, Surroundings& surroundings);
  ~Scheduler();

  void start();
  /// Waits for the answers of the round that is under way: call before the writer stops.
  void stop();
  /// Any thread: a timer was added before all others, firing was resumed, or a test moved the clock.
  void wake();
  /// Ends of life that this node recorded since it started. Any thread.
  std::uint64_t fired() const { return fired_.load(std::memory_order_relaxed); }

 private:
  void run();
  /// What is due now; sets `next_`.
  Round due();
  void fire(const Round& round);
  std::optional<events::Instant> next_look() const;

  writer::Submit& writer_;
  Surroundings& surroundings_;

  // The thread's own.
  std::optional<projections::Timer> next_;
  /// The first of the last round; when it comes first again, none of them was fired.
  std::optional<std::pair<events::ModelId, events::Position>> tried_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  bool stopping_ = false;
  std::size_t under_way_ = 0;
  std::atomic<std::uint64_t> fired_{0};
  std::thread thread_;
};

}  // namespace almanac::scheduler
