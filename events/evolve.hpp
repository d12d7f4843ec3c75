#pragma once
#include <optional>

#include "events/event.hpp"

namespace almanac::events {

/// One model's next state. Pure, total on events that `decide` returned: reads no clock and does no I/O.
/// A future price whose instant is at or before the event's time becomes the price first, whatever the event.
/// `before` is nullopt exactly for ModelCreated; a deleted model stays as a row with `deleted` set.
Model evolve(const std::optional<Model>& before, const Recorded& recorded);

/// The same in place, for rebuilds: ModelCreated overwrites all of `model`.
void evolve_into(Model& model, const Recorded& recorded);

}  // namespace almanac::events
