#pragma once
#include <vector>

#include "events/event.hpp"

namespace almanac::events {

/// Every field that differs, in the order of Field; both models are of one kind.
std::vector<FieldChange> changed_fields(const Model& is, const Model& wanted);

/// Appends the events that bring a system model from how it is to how it is wanted, from `now` on. Of
/// `wanted.price` the price that is to hold now is taken, of its deprecation date, message and replacement;
/// future prices stay as they are.
void append_difference(std::vector<Event>& events, const Model& is, const Model& wanted, Instant now);

}  // namespace almanac::events
