#pragma once
#include "events/event.hpp"

namespace almanac::events::testing {

/// Any event of the type with that index in Payload, with any stamp, as the writer could record it: heads,
/// subject and version fit the type; texts, numbers and instants are arbitrary. Call it within a property of
/// RapidCheck.
Recorded arbitrary_recorded(std::size_t type);

/// A user model's creation at position 42 with every optional attribute, for tests that change one thing.
Recorded sample_recorded();

}  // namespace almanac::events::testing
