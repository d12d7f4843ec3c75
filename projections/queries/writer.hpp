#pragma once
#include <optional>

#include "projections/rows.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

/// Who claimed the log last, as far as these rows go: where a node that may not write sends what must be
/// written. A hint; who may write is decided by the log. nullopt: the log was never claimed.
std::optional<WriterValue> last_writer(const Rows& rows);

}  // namespace almanac::projections
