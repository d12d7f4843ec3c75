#pragma once
#include <optional>
#include <string>

#include "events/instant.hpp"
#include "events/record.hpp"
#include "events/uuid.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

struct Timer {
  events::Instant due_at;
  events::ModelId model;
  events::Position scheduled_by = 0;
};
/// The first timer at or after `place` (a key that an earlier call handed out; empty: the first of all).
struct NextTimer {
  Timer timer;
  std::string place;
};
std::optional<NextTimer> next_timer(const Rows& rows, const std::string& place);

}  // namespace almanac::projections
