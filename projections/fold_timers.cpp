#include "projections/fold_families.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

// An end that is recorded needs no timer any more; the row goes with the event that records it.
const events::Deprecation* waiting(const events::Model* model) {
  if (model == nullptr || model->ended || !model->deprecation) return nullptr;
  return &*model->deprecation;
}

}  // namespace

void fold_timers(MutableRows& rows, const Change& change) {
  const events::Deprecation* was = waiting(change.was);
  const events::Deprecation* is = waiting(change.is);
  const ModelId& model = change.either().id;
  if (was != nullptr && is != nullptr && was->end_of_life_at == is->end_of_life_at &&
      was->scheduled_by == is->scheduled_by)
    return;
  if (was != nullptr) rows.erase(Family::timers, timer_key(was->end_of_life_at, model));
  if (is != nullptr)
    rows.put(Family::timers, timer_key(is->end_of_life_at, model), encode_u64(is->scheduled_by));
}

}  // namespace almanac::projections
