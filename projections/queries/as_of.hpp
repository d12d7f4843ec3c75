#pragma once
#include <optional>
#include <vector>

#include "events/event.hpp"
#include "projections/queries/models.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// The last event at or before an instant; nullopt when the log began later.
std::optional<events::Position> position_at(const Rows& rows, events::Instant at);

/// A model's events' positions, oldest first, after `after`, at most `limit`.
std::vector<events::Position> history_of(const Rows& rows, const events::ModelId& id, events::Position after,
                                         std::size_t limit);

/// The organisation's list as it was right after `position`: deleted since are in it, created since are not.
Page list_models_as_of(const Rows& rows, const std::string& organization, const ModelFilter& filter,
                       const std::optional<std::string>& after, std::size_t limit, events::Position position,
                       Instant t);
/// The catalogue likewise, in the order of then. Reads every system model there ever was for each page.
Page list_catalogue_as_of(const Rows& rows, const CatalogueFilter& filter,
                          const std::optional<std::string>& after, std::size_t limit,
                          events::Position position, Instant t);

}  // namespace almanac::projections
