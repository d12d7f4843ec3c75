#pragma once
#include <atomic>

#include "services/scheduler/scheduler.hpp"
#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {

/// A scheduler beside a desk, on the desk's clock: it wakes when a test calls `wake` after moving the clock.
class Watch final : public scheduler::Surroundings {
 public:
  explicit Watch(Desk& desk) : desk_(desk), scheduler(*desk.writer, *this) {
    desk.projector->timers().when_pulled_back([this] { scheduler.wake(); });
  }
  ~Watch() override { desk_.projector->timers().when_pulled_back({}); }

  events::Instant now() const override { return desk_.writer->log_time().now; }
  bool paused() const override { return !desk_.writer->status().firing; }
  scheduler::Round timers(std::size_t count_max) override {
    const auto snapshot = desk_.projector->latest();
    return desk_.projector->timers().first(*snapshot, snapshot->applied().position.value_or(0), count_max);
  }
  void wait(std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
            std::optional<events::Instant>) override {
    ++rests;
    rests.notify_all();
    wake.wait(lock);
  }

  /// Wakes the scheduler and returns when it has done all that it can do and rests again.
  void look() {
    const int before = rests;
    scheduler.wake();
    rests.wait(before);
  }
  void begin() {
    const int before = rests;
    scheduler.start();
    rests.wait(before);
  }

 private:
  Desk& desk_;
  std::atomic<int> rests{0};

 public:
  scheduler::Scheduler scheduler;
};

}  // namespace almanac::writer::test
