#include "events/planned_view.hpp"

namespace almanac::events {

const Model* PlannedView::planned(const ModelId& id) const {
  const auto found = planned_.find(id);
  return found == planned_.end() ? nullptr : found->second;
}

std::optional<Model> PlannedView::model(const ModelId& id) const {
  const auto found = planned_.find(id);
  if (found == planned_.end()) return below_.model(id);
  return found->second == nullptr ? std::nullopt : std::optional(*found->second);
}

std::optional<ModelId> PlannedView::by_external_key(std::string_view key) const {
  return below_.by_external_key(key);
}

Some PlannedView::children(const ModelId& parent, std::size_t first_max) const {
  return below_.children(parent, first_max);
}

Some PlannedView::replaced_by(const ModelId& replacement, std::size_t first_max) const {
  return below_.replaced_by(replacement, first_max);
}

std::optional<Recorded> PlannedView::batch(const BatchId& id) const {
  return below_.batch(id);
}

std::optional<Model> PlannedView::model_as_of(const ModelId& id, Position position) const {
  return below_.model_as_of(id, position);
}

Position PlannedView::catalogue_changed_at() const {
  return below_.catalogue_changed_at();
}

}  // namespace almanac::events
