#include "projections/timers.hpp"

#include "projections/bytes.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

namespace {

Timer timer_of(std::string_view key, std::string_view value) {
  In parts(key);
  Timer timer;
  timer.due_at = parts.instant();
  timer.model = parts.id();
  timer.scheduled_by = decode_u64(value);
  return timer;
}

}  // namespace

std::optional<NextTimer> next_timer(const Rows& rows, const std::string& place) {
  std::optional<NextTimer> next;
  rows.scan(Family::timers, place, [&](std::string_view key, std::string_view value) {
    next = NextTimer{timer_of(key, value), std::string(key)};
    return false;
  });
  return next;
}

std::vector<Timer> TimerPlace::first(const Rows& rows, events::Position applied, std::size_t count_max) {
  const std::lock_guard lock(mutex_);
  if (pull_ && pull_->to < place_) place_ = pull_->to;
  std::vector<Timer> timers;
  std::string place = place_;
  rows.scan(Family::timers, place_, [&](std::string_view key, std::string_view value) {
    if (timers.empty()) place = key;
    timers.push_back(timer_of(key, value));
    return timers.size() < count_max;
  });
  place_ = std::move(place);
  found_ = !timers.empty();
  // Rows older than the pull do not show that timer yet: look there again.
  if (pull_ && pull_->applied <= applied) pull_.reset();
  return timers;
}

std::optional<Timer> TimerPlace::next(const Rows& rows, events::Position applied) {
  const std::vector<Timer> timers = first(rows, applied, 1);
  if (timers.empty()) return std::nullopt;
  return timers.front();
}

void TimerPlace::added(std::string_view key, events::Position applied) {
  std::function<void()> call;
  {
    const std::lock_guard lock(mutex_);
    if (found_ && key >= place_ && !pull_) return;
    if (pull_ && pull_->to <= key)
      pull_->applied = applied;
    else
      pull_ = Pull{std::string(key), applied};
    call = call_;
  }
  if (call) call();
}

void TimerPlace::when_pulled_back(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  call_ = std::move(call);
}

}  // namespace almanac::projections
