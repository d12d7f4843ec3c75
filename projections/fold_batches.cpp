#include "projections/fold_families.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

void fold_batches(MutableRows& rows, const events::Recorded& recorded) {
  const auto& imported = std::get<events::CatalogImported>(recorded.event.payload);
  rows.put(Family::batches, model_key(imported.batch), encode_batch(recorded));
}

}  // namespace almanac::projections
