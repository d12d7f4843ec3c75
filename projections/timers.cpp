#include "projections/timers.hpp"

#include "projections/bytes.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

std::optional<NextTimer> next_timer(const Rows& rows, const std::string& place) {
  std::optional<NextTimer> next;
  rows.scan(Family::timers, place, [&](std::string_view key, std::string_view value) {
    In parts(key);
    Timer timer;
    timer.due_at = parts.instant();
    timer.model = parts.id();
    timer.scheduled_by = decode_u64(value);
    next = NextTimer{timer, std::string(key)};
    return false;
  });
  return next;
}

std::optional<Timer> TimerPlace::next(const Rows& rows, events::Position applied) {
  const std::lock_guard lock(mutex_);
  if (pull_ && pull_->to < place_) place_ = pull_->to;
  const auto next = next_timer(rows, place_);
  if (next) place_ = next->place;
  // Rows older than the pull do not show that timer yet: look there again.
  if (pull_ && pull_->applied <= applied) pull_.reset();
  if (!next) return std::nullopt;
  return next->timer;
}

void TimerPlace::added(std::string_view key, events::Position applied) {
  std::function<void()> call;
  {
    const std::lock_guard lock(mutex_);
    if (!place_.empty() && key >= place_ && !pull_) return;
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
