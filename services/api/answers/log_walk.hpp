#pragma once
#include <optional>
#include <vector>

#include "events/log/log.hpp"

namespace almanac::api {

/// Reads the log forward a block at a time: all of it, or chosen positions. One thread.
class LogWalk {
 public:
  LogWalk(const log::Records& records, log::Position next) : records_(records), next_(next) {}
  LogWalk(const log::Records& records, std::vector<log::Position> chosen)
      : records_(records), chosen_(std::move(chosen)) {}

  /// The next record before `end`, which stays until the next call; nullptr: there is none yet.
  tl::expected<const log::Entry*, log::Failure> next(log::Position end);
  /// Goes on at `position`, of all of the log.
  void go_to(log::Position position);

 private:
  tl::expected<const log::Entry*, log::Failure> next_chosen(log::Position end);

  const log::Records& records_;
  log::Position next_ = 0;
  std::optional<std::vector<log::Position>> chosen_;
  std::size_t chosen_at_ = 0;
  std::vector<log::Entry> block_;
  std::size_t at_ = 0;
};

}  // namespace almanac::api
