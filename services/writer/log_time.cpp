#include "services/writer/log_time.hpp"

#include <algorithm>
#include <cstdlib>

namespace almanac::writer {
namespace {

std::int64_t steady_ms(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady()).count();
}

}  // namespace

LogTime::LogTime(const Clock& clock, Behind behind)
    : clock_(clock), policy_(behind), wall_before_(clock.wall()), steady_ms_before_(steady_ms(clock)) {}

void LogTime::opened(events::Instant last) {
  const std::lock_guard lock(mutex_);
  last_ = std::max(last_, last);
  behind_ = policy_ == Behind::refuse && clock_.wall().ms + behind_ms_max < last_.ms;
}

void LogTime::happened(events::Instant time) {
  const std::lock_guard lock(mutex_);
  last_ = std::max(last_, time);
}

LogTime::Reading LogTime::read() {
  const std::lock_guard lock(mutex_);
  const events::Instant wall = clock_.wall();
  compare_clocks(wall);
  if (behind_ && wall >= last_) behind_ = false;
  return {.now = std::max(wall, last_), .jumped = jumped_, .behind = behind_};
}

void LogTime::resume() {
  const std::lock_guard lock(mutex_);
  jumped_ = false;
  wall_before_ = clock_.wall();
  steady_ms_before_ = steady_ms(clock_);
}

void LogTime::compare_clocks(events::Instant wall) {
  const std::int64_t steady = steady_ms(clock_);
  const std::int64_t passed = steady - steady_ms_before_;
  const std::int64_t moved = wall.ms - wall_before_.ms;
  if (std::abs(moved - passed) > jump_ms_max) {
    jumped_ = true;
  } else if (passed > compared_ms_max) {
    wall_before_ = wall;
    steady_ms_before_ = steady;
  }
}

}  // namespace almanac::writer
