#pragma once
#include "events/rejection.hpp"
#include "events/view.hpp"

namespace almanac::events {

/// The living models that keep another from being deleted: its user models and those that name it as
/// replacement, each counted once. `count` 0: nothing does.
HasDependents dependents_of(const View& view, const ModelId& id);

}  // namespace almanac::events
