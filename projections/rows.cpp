#include "projections/rows.hpp"

#include <array>

namespace almanac::projections {

std::string_view name_of(Family family) {
  // Stored names of the column families: frozen until read_model_version grows.
  static constexpr std::array<std::string_view, families> names{
      "models",       "by_organization",    "departed", "catalogue", "external_keys", "children",
      "child_counts", "replacements",       "prices",   "timers",    "history",       "times",
      "idempotency",  "idempotency_expiry", "batches",  "meta"};
  return names.at(static_cast<std::size_t>(family));
}

}  // namespace almanac::projections
