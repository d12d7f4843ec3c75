#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  /// The first timers of these rows, which stand at `applied`, in due order.
  std::vector<Timer> first(const Rows& rows, events::Position applied, std::size_t count_max);
  /// The first of them.
  std::optional<Timer> next(const Rows& rows, events::Position applied);
  /// The projector says which timers a commit added, and at which position, before anyone is answered.
  void added(std::string_view key, events::Position applied);
  /// Called on the committing thread when a timer comes before all that were known, or none was; must be
  /// quick.
  void when_pulled_back(std::function<void()> call);

 private:
  struct Pull {
    std::string to;
    events::Position applied = 0;
  };
  std::mutex mutex_;
  std::string place_;
  bool found_ = false;        ///< a timer, at the last look
  std::optional<Pull> pull_;  ///< until rows that hold it were looked at
  std::function<void()> call_;
};

}  // namespace almanac::projections
