#pragma once
#include "events/event.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// Version of the layout and meaning of the rows; a change means a rebuild.
inline constexpr std::uint32_t read_model_version = 3;

/// How long a command is remembered under its idempotency key, in log time.
inline constexpr std::int64_t remembered_for_ms = std::int64_t{72} * 3600 * 1000;

/// Changes the rows as one event says: calls evolve for the model and adds index rows only. Pure but for
/// `rows`; rows depend on the log alone. Idempotency keys that expired before the event's time go, a bounded
/// number at a time. Throws Damaged when the rows cannot be read or do not hold the model that the event is
/// about.
void fold(MutableRows& rows, const events::Recorded& recorded);

/// The same; the hash of the record is no part of the rows (the store keeps that of the last one).
inline void fold(MutableRows& rows, const events::Recorded& recorded, const events::Hash&) {
  fold(rows, recorded);
}

}  // namespace almanac::projections
