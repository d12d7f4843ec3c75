#pragma once
#include <vector>

#include "projections/queries/as_of.hpp"

namespace almanac::projections {

/// As history_of, with the events of every system model that the model stood on: each parent's from its
/// beginning (what was scheduled before the model was built on it concerns the model) up to when the model
/// left it or was deleted.
std::vector<events::Position> history_with_parents(const Rows& rows, const events::ModelId& id,
                                                   events::Position after, std::size_t limit);

}  // namespace almanac::projections
