#include "projections/queries/filter.hpp"

namespace almanac::projections {

bool ModelMatch::operator()(const Model& model, const Model* parent) const {
  if (filter_.enabled && model.enabled != *filter_.enabled) return false;
  if (filter_.parent && (model.is_system() || model.user().parent != *filter_.parent)) return false;
  // A user model answers with null for modelName and externalKey: only its own name can match.
  if (!contains(model.display_name, part_)) return false;
  return !filter_.state || events::effective_state(model, parent, t_) == *filter_.state;
}

bool CatalogueMatch::operator()(const Model& system_model) const {
  const LifecycleState state = events::own_state(system_model, t_);
  if (filter_.state) {
    if (state != *filter_.state) return false;
  } else if (state == LifecycleState::disabled || state == LifecycleState::end_of_life) {
    return false;
  }
  const events::SystemFields& own = system_model.system();
  if (filter_.provider && own.provider != *filter_.provider) return false;
  if (filter_.tier && events::price_at(system_model, t_).tier != *filter_.tier) return false;
  return contains(system_model.display_name, part_) || contains(own.model_name, part_) ||
         contains(own.external_key, part_);
}

}  // namespace almanac::projections
