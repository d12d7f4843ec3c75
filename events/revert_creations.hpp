#pragma once
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "events/planned_view.hpp"
#include "events/rejection.hpp"

namespace almanac::events {

/// Which of the models that a batch created can go, and what keeps the others: user models, or models that
/// name them as replacement and neither go nor let go of them as `plan` has it.
struct Creations {
  std::unordered_set<ModelId> going;
  std::unordered_map<ModelId, std::uint64_t> kept;  ///< how many hold it
};
Creations judge_creations(const PlannedView& plan, const std::vector<Model>& created);

}  // namespace almanac::events
