#pragma once
#include <cstdint>
#include <mutex>

#include "services/writer/clock.hpp"

namespace almanac::writer {

/// The time that events carry: max(wall clock, time of the last event), so that it never goes back in the log
/// whatever the wall clock does. Any thread.
///
/// A wall clock that moves more than a minute against the steady clock has been set, or the machine slept:
/// firing an end of life cannot be undone by setting the clock right again, so it pauses until an operator
/// says that the clock is right (`resume`) or the node starts anew.
class LogTime {
 public:
  static constexpr std::int64_t jump_ms_max = 60'000;
  static constexpr std::int64_t behind_ms_max = 5 * 60'000;
  /// How long two readings may lie apart and still be compared: long enough that small steps add up to a
  /// jump, short enough that two honest oscillators do not.
  static constexpr std::int64_t compared_ms_max = 3'600'000;

  enum class Behind : std::uint8_t { refuse, accept };  ///< the setting `clock.accept_behind`

  struct Reading {
    events::Instant now;  ///< log time
    bool jumped = false;  ///< the wall clock was set while we ran; nothing is fired
    bool behind = false;  ///< started too far behind the last event; nothing is written
    bool firing() const { return !jumped && !behind; }
  };

  LogTime(const Clock& clock, Behind behind);

  /// The writer's start: `last` is the time of the log's last event.
  void opened(events::Instant last);
  /// Events of this time are in the log.
  void happened(events::Instant time);
  Reading read();
  /// The clock is right as it stands now.
  void resume();

 private:
  void compare_clocks(events::Instant wall);

  const Clock& clock_;
  const Behind policy_;
  std::mutex mutex_;
  events::Instant last_;
  events::Instant wall_before_;
  std::int64_t steady_ms_before_ = 0;
  bool jumped_ = false;
  bool behind_ = false;
};

}  // namespace almanac::writer
