#pragma once
#include <atomic>
#include <cstdint>

namespace almanac::node {

/// SIGTERM, SIGINT and SIGHUP as values for one waiting thread. Make it before any other thread exists: they
/// inherit that the signals are blocked. SIGPIPE is ignored.
class Signals {
 public:
  enum class What : std::uint8_t { stop, reload };

  Signals();
  /// Waits for the next one.
  What wait() const;
  /// Whether a stop was asked for that `wait` has not returned yet.
  bool stop_waits() const;
  /// Any thread: `wait` answers `stop`.
  void ask_to_stop();
  /// From here on a further SIGTERM or SIGINT ends the process at once.
  void end_at_once_from_now_on() const;
};

}  // namespace almanac::node
