#pragma once
#include <atomic>
#include <chrono>

#include "services/api/service.hpp"
#include "services/node/logging.hpp"

namespace almanac::node {

/// Answers as lines of the node's log; what is not known of one is left out. Any thread.
///
/// Every answer is a line at `debug` alone: it costs more than a cached answer, and /metrics counts them all.
/// Those of 500 and above are lines of level `warn`, but a 503 is that at most once a second, since a node
/// that takes no writes, or still reads its log, says so to everyone who asks.
class AccessLog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit AccessLog(const Logger& logger) : logger_(logger) {}
  /// Whether it wants to hear of every answer, or only of those of 500 and above.
  bool wants_all() const { return logger_.says(LogLevel::debug); }
  void answered(const api::Answered& answered, Time now);

 private:
  LogLevel level_of(int status, Time now);

  const Logger& logger_;
  std::atomic<Time::rep> quiet_until_{Time::min().time_since_epoch().count()};
};

}  // namespace almanac::node
