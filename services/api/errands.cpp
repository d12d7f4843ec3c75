#include "services/api/errands.hpp"

#include <utility>

namespace almanac::api {

Errands::Errands() : thread_([this] { run(); }) {}

Errands::~Errands() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Errands::at(Clock::time_point when, std::function<void()> errand) {
  {
    const std::lock_guard lock(mutex_);
    errands_.emplace(when, std::move(errand));
  }
  wake_.notify_one();
}

void Errands::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (errands_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const auto first = errands_.begin();
    if (first->first > Clock::now()) {
      const Clock::time_point when = first->first;  // the entry may go while this waits
      wake_.wait_until(lock, when);
      continue;
    }
    const std::function<void()> errand = std::move(first->second);
    errands_.erase(first);
    lock.unlock();
    try {
      errand();
    } catch (const std::exception&) {
      // Its reply goes with it, and answers 500.
    }
    lock.lock();
  }
}

}  // namespace almanac::api
