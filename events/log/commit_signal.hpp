#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "events/log/log.hpp"

/// How commits wake tails: no polling, and a tail that nobody waits on costs nothing.
namespace almanac::log {

/// The end of the log as every reader may see it. `publish` from one thread at a time, the rest from any.
class CommitSignal {
 public:
  explicit CommitSignal(Position end) : end_(end) {}

  Position end() const { return end_.load(std::memory_order_acquire); }
  void publish(Position end);

  /// Waits until the end is past `position`, `woken` is set, or the time is up.
  void wait_past(Position position, const std::atomic<bool>& woken, std::chrono::milliseconds wait);
  void wake(std::atomic<bool>& woken);

 private:
  std::atomic<Position> end_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// A tail over records whose commits are signalled.
class SignalledTail final : public Tail {
 public:
  SignalledTail(const Records& records, CommitSignal& committed, Position from)
      : records_(records), committed_(committed), next_(from) {}

  tl::expected<Tailed, Failure> next(std::size_t limit, std::chrono::milliseconds wait) override;
  void wake() override { committed_.wake(woken_); }

 private:
  const Records& records_;
  CommitSignal& committed_;
  Position next_;
  bool told_caught_up_ = false;
  std::atomic<bool> woken_{false};
};

}  // namespace almanac::log
