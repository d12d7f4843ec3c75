#include "services/api/feed.hpp"

#include <vector>

namespace almanac::api {

Feed::Feed(projections::Projector& projector) : projector_(projector), thread_([this] { run(); }) {}

Feed::~Feed() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
  projector_.cancel(call_);
}

std::uint64_t Feed::join(Waker waker) {
  const std::lock_guard lock(mutex_);
  wakers_.emplace(++last_id_, std::move(waker));
  if (!listening_) {
    due_ = true;
    changed_.notify_one();
  }
  return last_id_;
}

void Feed::leave(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  wakers_.erase(id);
}

std::size_t Feed::streams() const {
  const std::lock_guard lock(mutex_);
  return wakers_.size();
}

void Feed::on_commit() {
  {
    const std::lock_guard lock(mutex_);
    due_ = true;
    listening_ = false;
  }
  changed_.notify_one();
}

void Feed::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return due_ || stop_; });
    if (stop_) return;
    due_ = false;
    if (wakers_.empty()) continue;
    const bool listen = !listening_;
    listening_ = true;
    std::vector<Waker> wakers;
    wakers.reserve(wakers_.size());
    for (const auto& [id, waker] : wakers_)
      wakers.push_back(waker);
    lock.unlock();
    // First the call for the next commit, then the waking: what is committed in between wakes again.
    if (listen) {
      const auto applied = projector_.latest()->applied().position;
      call_ = projector_.when_applied(applied ? *applied + 1 : 0, [this] { on_commit(); });
    }
    for (const Waker& wake : wakers)
      wake();
    wakers.clear();  // outside the lock: the last hold on a connection may be here
    lock.lock();
  }
}

}  // namespace almanac::api
