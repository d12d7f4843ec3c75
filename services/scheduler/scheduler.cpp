#include "services/scheduler/scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace almanac::scheduler {

void wait_on_wall_clock(std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
                        std::optional<events::Instant> until) {
  if (!until) return wake.wait(lock);
  // A date past 2262 does not fit the nanoseconds that a condition variable waits by; who waits asks again
  // anyway.
  using std::chrono::system_clock;
  const auto longest =
      std::chrono::time_point_cast<std::chrono::milliseconds>(system_clock::now()) + std::chrono::hours(1);
  const std::chrono::time_point<system_clock, std::chrono::milliseconds> at(
      std::chrono::milliseconds(until->ms));
  wake.wait_until(lock, std::min(at, longest));
}

Scheduler::Scheduler(writer::Submit& writer, Surroundings& surroundings)
    : writer_(writer), surroundings_(surroundings) {}

Scheduler::~Scheduler() {
  stop();
}

void Scheduler::start() {
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void Scheduler::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Scheduler::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  wake_.notify_all();
}

void Scheduler::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    const Round round = due();
    std::optional<events::Instant> until;
    if (round.empty()) {
      until = next_look();
    } else if (tried_ == std::pair(round.front().model, round.front().scheduled_by)) {
      tried_.reset();
      until = events::Instant{surroundings_.now().ms + look_again_ms};
    } else {
      tried_ = {round.front().model, round.front().scheduled_by};
      fire(round);
      until = surroundings_.now();
    }
    lock.lock();
    while (!woken_ && !stopping_ && !(until && surroundings_.now() >= *until)) {
      surroundings_.wait(wake_, lock, until);
    }
  }
}

Round Scheduler::due() {
  next_.reset();
  if (surroundings_.paused()) return {};
  try {
    Round round = surroundings_.timers(round_max);
    const events::Instant now = surroundings_.now();
    const auto later = std::ranges::find_if(round, [&](const auto& timer) { return timer.due_at > now; });
    if (later != round.end()) next_ = *later;
    round.erase(later, round.end());
    return round;
  } catch (const std::exception&) {
    // Rows that cannot be read: the writer meets them with its next command and ends the process.
    return {};
  }
}

std::optional<events::Instant> Scheduler::next_look() const {
  if (next_) return next_->due_at;
  if (surroundings_.paused()) return events::Instant{surroundings_.now().ms + look_again_ms};
  return std::nullopt;
}

void Scheduler::fire(const Round& round) {
  {
    const std::lock_guard lock(mutex_);
    under_way_ = round.size();
  }
  for (const projections::Timer& timer : round) {
    writer_.submit({.command = events::ReachEndOfLife{timer.model, timer.scheduled_by},
                    .caller = {.actor = "system:scheduler"}},
                   [this](const writer::Outcome& outcome) {
                     if (std::holds_alternative<writer::Written>(outcome))
                       fired_.fetch_add(1, std::memory_order_relaxed);
                     const std::lock_guard lock(mutex_);
                     if (--under_way_ == 0) wake_.notify_all();
                   });
  }
  std::unique_lock lock(mutex_);
  while (under_way_ != 0)
    wake_.wait(lock);
}

}  // namespace almanac::scheduler
