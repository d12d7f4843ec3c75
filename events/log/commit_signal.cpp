#include "events/log/commit_signal.hpp"

namespace almanac::log {

void CommitSignal::publish(Position end) {
  {
    // Under the mutex, or a tail between its look at the end and its wait would miss the wake-up.
    const std::lock_guard lock(mutex_);
    end_.store(end, std::memory_order_release);
  }
  changed_.notify_all();
}

void CommitSignal::wait_past(Position position, const std::atomic<bool>& woken,
                             std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, wait, [&] { return end() > position || woken.load(); });
}

void CommitSignal::wake(std::atomic<bool>& woken) {
  {
    const std::lock_guard lock(mutex_);
    woken = true;
  }
  changed_.notify_all();
}

tl::expected<Tailed, Failure> SignalledTail::next(std::size_t limit, std::chrono::milliseconds wait) {
  if (committed_.end() <= next_) {
    if (!told_caught_up_) {
      told_caught_up_ = true;
      return Tailed{{}, true};
    }
    committed_.wait_past(next_, woken_, wait);
  }
  woken_ = false;
  auto entries = records_.read(next_, limit);
  if (!entries) return tl::unexpected(entries.error());
  next_ += entries->size();
  told_caught_up_ = next_ >= committed_.end();
  return Tailed{std::move(*entries), told_caught_up_};
}

}  // namespace almanac::log
