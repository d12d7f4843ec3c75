#include "tests/writer/support/watched_log.hpp"

#include <utility>

namespace almanac::writer::test {

void WatchedLog::close_door() {
  const std::lock_guard lock(mutex_);
  door_open_ = false;
}

void WatchedLog::open_door() {
  const std::lock_guard lock(mutex_);
  door_open_ = true;
  moved_.notify_all();
}

void WatchedLog::let_one_through() {
  const std::lock_guard lock(mutex_);
  one_may_pass_ = true;
  at_door_ = false;
  moved_.notify_all();
}

void WatchedLog::await_append() {
  std::unique_lock lock(mutex_);
  moved_.wait(lock, [this] { return at_door_; });
}

void WatchedLog::next_append(
    std::function<log::AppendResult(log::Log&, log::Epoch, log::Position, std::span<const log::Record>)>
        instead) {
  const std::lock_guard lock(mutex_);
  append_instead_ = std::move(instead);
}

void WatchedLog::next_barrier(std::function<tl::expected<log::Position, log::Failure>(log::Log&)> instead) {
  const std::lock_guard lock(mutex_);
  barrier_instead_ = std::move(instead);
}

void WatchedLog::next_claim(std::function<tl::expected<log::Claim, log::Failure>(log::Log&)> instead) {
  const std::lock_guard lock(mutex_);
  claim_instead_ = std::move(instead);
}

std::vector<std::size_t> WatchedLog::appends() const {
  const std::lock_guard lock(mutex_);
  return appends_;
}

std::size_t WatchedLog::barriers() const {
  const std::lock_guard lock(mutex_);
  return barriers_;
}

log::AppendResult WatchedLog::append(log::Epoch epoch, log::Position expected,
                                     std::span<const log::Record> records) {
  decltype(append_instead_) instead;
  {
    std::unique_lock lock(mutex_);
    appends_.push_back(records.size());
    at_door_ = true;
    moved_.notify_all();
    moved_.wait(lock, [this] { return door_open_ || one_may_pass_; });
    one_may_pass_ = false;
    at_door_ = false;
    instead = std::exchange(append_instead_, {});
  }
  return instead ? instead(inner_, epoch, expected, records) : inner_.append(epoch, expected, records);
}

tl::expected<log::Claim, log::Failure> WatchedLog::claim() {
  decltype(claim_instead_) instead;
  {
    const std::lock_guard lock(mutex_);
    instead = std::exchange(claim_instead_, {});
  }
  return instead ? instead(inner_) : inner_.claim();
}

tl::expected<log::Position, log::Failure> WatchedLog::barrier() {
  decltype(barrier_instead_) instead;
  {
    const std::lock_guard lock(mutex_);
    ++barriers_;
    instead = std::exchange(barrier_instead_, {});
  }
  return instead ? instead(inner_) : inner_.barrier();
}

}  // namespace almanac::writer::test
