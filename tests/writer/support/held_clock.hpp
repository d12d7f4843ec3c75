#pragma once
#include <atomic>

#include "services/writer/clock.hpp"

namespace almanac::writer::test {

/// A clock that a test holds in its hand. Begins at 2026-11-22T10:00:00Z.
class HeldClock final : public Clock {
 public:
  static constexpr events::Instant begin{1'795'341'600'000};

  events::Instant wall() const override { return {wall_ms_}; }
  std::chrono::nanoseconds steady() const override { return std::chrono::milliseconds(steady_ms_); }

  /// Time passes.
  void pass(std::int64_t ms) {
    steady_ms_ += ms;
    wall_ms_ += ms;
  }
  /// Someone sets the wall clock.
  void set(events::Instant wall) { wall_ms_ = wall.ms; }

 private:
  std::atomic<std::int64_t> wall_ms_{begin.ms};
  std::atomic<std::int64_t> steady_ms_{0};
};

}  // namespace almanac::writer::test
