#pragma once
#include <vector>

#include "events/import_row.hpp"

namespace almanac::events {

/// Sets the replacement of every accepted row that names one by key, also of a row of the same import, and
/// rejects the rows whose replacement cannot be: unknown, its row rejected, not usable as the import would
/// leave it, or a cycle. `rows` and `planned` are of one length.
void resolve_replacements(const View& view, const std::vector<CatalogRow>& rows,
                          std::vector<PlannedRow>& planned, Instant now);

}  // namespace almanac::events
