#pragma once
#include <optional>
#include <vector>

#include "events/event.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// The last event at or before an instant; nullopt when the log began later.
std::optional<events::Position> position_at(const Rows& rows, events::Instant at);

/// A model's events' positions, oldest first, after `after`, at most `limit`.
std::vector<events::Position> history_of(const Rows& rows, const events::ModelId& id, events::Position after,
                                         std::size_t limit);

}  // namespace almanac::projections
