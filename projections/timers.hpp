#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "events/instant.hpp"
#include "events/record.hpp"
#include "events/uuid.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

struct Timer {
  events::Instant due_at;
  events::ModelId model;
  events::Position scheduled_by = 0;
  bool operator==(const Timer&) const = default;
};
/// The first timer at or after `place` (a key that an earlier call handed out; empty: the first of all).
struct NextTimer {
  Timer timer;
  std::string place;
};
std::optional<NextTimer> next_timer(const Rows& rows, const std::string& place);

/// The scheduler's place in the timers: its memory, never stored. It only moves on over timers that are gone,
/// so that no seek wades through their tombstones; a timer added before it pulls it back. Any thread.
class TimerPlace {
 public:
  /// The first timer of these rows, which stand at `applied`.
  std::optional<Timer> next(const Rows& rows, events::Position applied);
  /// The projector says which timers a commit added, and at which position, before anyone is answered.
  void added(std::string_view key, events::Position applied);
  /// Called on the committing thread when a timer comes before all that were known; must be quick.
  void when_pulled_back(std::function<void()> call);

 private:
  struct Pull {
    std::string to;
    events::Position applied = 0;
  };
  std::mutex mutex_;
  std::string place_;
  std::optional<Pull> pull_;  ///< until rows that hold it were looked at
  std::function<void()> call_;
};

}  // namespace almanac::projections
