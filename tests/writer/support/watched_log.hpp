#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "events/log/log.hpp"

namespace almanac::writer::test {

/// A log before which a test stands: it can hold appends at the door, answer in the log's place, or let
/// someone else write first.
class WatchedLog final : public log::Log {
 public:
  explicit WatchedLog(log::Log& inner) : inner_(inner) {}

  /// Appends wait at the door from now on.
  void close_door();
  void open_door();
  /// The one that stands there goes on; the next one waits.
  void let_one_through();
  /// Returns when an append stands at the closed door.
  void await_append();

  /// What the next append, barrier or claim does instead of asking the log.
  void next_append(
      std::function<log::AppendResult(log::Log&, log::Epoch, log::Position, std::span<const log::Record>)>
          instead);
  void next_barrier(std::function<tl::expected<log::Position, log::Failure>(log::Log&)> instead);
  void next_claim(std::function<tl::expected<log::Claim, log::Failure>(log::Log&)> instead);

  /// Number of records of every append that was asked for, in order.
  std::vector<std::size_t> appends() const;
  std::size_t barriers() const;

  tl::expected<log::Claim, log::Failure> claim() override;
  log::AppendResult append(log::Epoch epoch, log::Position expected,
                           std::span<const log::Record> records) override;
  tl::expected<std::vector<log::Entry>, log::Failure> read(log::Position from,
                                                           std::size_t limit) const override {
    return inner_.read(from, limit);
  }
  log::Position end() const override { return inner_.end(); }
  std::unique_ptr<log::Tail> tail(log::Position from) override { return inner_.tail(from); }
  tl::expected<log::Position, log::Failure> barrier() override;

 private:
  log::Log& inner_;
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  bool door_open_ = true;
  bool at_door_ = false;
  bool one_may_pass_ = false;
  std::vector<std::size_t> appends_;
  std::size_t barriers_ = 0;
  std::function<log::AppendResult(log::Log&, log::Epoch, log::Position, std::span<const log::Record>)>
      append_instead_;
  std::function<tl::expected<log::Position, log::Failure>(log::Log&)> barrier_instead_;
  std::function<tl::expected<log::Claim, log::Failure>(log::Log&)> claim_instead_;
};

}  // namespace almanac::writer::test
