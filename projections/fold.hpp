#pragma once
#include "events/event.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// Version of the layout and meaning of the rows; a change means a rebuild.
inline constexpr std::uint32_t read_model_version = 1;

/// Changes the rows as one event says: calls evolve for the model and adds index rows only. Pure but for
/// `rows`; rows depend on the log alone. Idempotency keys whose expiry lies before the event's time go, a
/// bounded number at a time.
void fold(MutableRows& rows, const events::Recorded& recorded, const events::Hash& hash);

}  // namespace almanac::projections
