#include "events/log/kafka/end_watch.hpp"

namespace almanac::log::kafka {

using namespace std::chrono_literals;

EndWatch::EndWatch(const Handle& asker, Progress& progress)
    : asker_(asker), progress_(progress), thread_([this] { run(); }) {}

EndWatch::~EndWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void EndWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, 1s, [&] { return stopping_; })) {
    lock.unlock();
    const auto asked_at = Clock::now();
    const auto end = ask_last_stable_offset(asker_, 1s);
    if (end) {
      progress_.told_end(*end, asked_at);
    } else {
      progress_.met(end.error().what);
    }
    lock.lock();
  }
}

}  // namespace almanac::log::kafka
