#include "services/writer/batch_view.hpp"

namespace almanac::writer {

std::optional<events::Model> BatchView::model(const events::ModelId& id) const {
  const auto known = models_.find(id);
  if (known != models_.end()) return known->second;
  return models_.emplace(id, rows_.model(id)).first->second;
}

}  // namespace almanac::writer
