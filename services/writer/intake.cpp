#include "services/writer/intake.hpp"

#include <utility>

namespace almanac::writer {

void Intake::open() {
  const std::lock_guard lock(mutex_);
  closed_ = false;
}

void Intake::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_one();
}

bool Intake::put(Submission&& submission, Done&& done) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    const std::size_t bytes = submission.request_bytes;
    const bool full = waiting_.size() >= bounds_.waiting_max ||
                      (!waiting_.empty() && waiting_bytes_ + bytes > bounds_.waiting_bytes_max);
    if (full) {
      refused_.push_back(std::move(done));
      metrics_.not_taken.fetch_add(1, std::memory_order_relaxed);
    } else {
      waiting_bytes_ += bytes;
      waiting_.push_back({std::move(submission), std::move(done)});
      metrics_.queue_depth.store(waiting_.size(), std::memory_order_relaxed);
    }
    wake = std::exchange(taker_sleeps_, false);
  }
  if (wake) arrived_.notify_one();
  return true;
}

bool Intake::take(Taken& taken) {
  taken.batch.clear();
  taken.refused.clear();
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && refused_.empty()) {
    if (closed_) return false;
    taker_sleeps_ = true;
    arrived_.wait(lock);
  }
  taker_sleeps_ = false;
  std::size_t bytes = 0;
  while (!waiting_.empty() && taken.batch.size() < bounds_.batch_commands_max) {
    const std::size_t next = waiting_.front().submission.request_bytes;
    if (!taken.batch.empty() && bytes + next > bounds_.batch_bytes_max) break;
    bytes += next;
    taken.batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  waiting_bytes_ -= bytes;
  metrics_.queue_depth.store(waiting_.size(), std::memory_order_relaxed);
  taken.refused.swap(refused_);
  return true;
}

}  // namespace almanac::writer
