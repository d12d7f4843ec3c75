#include "projections/queries/history.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "projections/view.hpp"

namespace almanac::projections {
namespace {

using events::Position;

/// Each parent that the model ever had, and where its events cease to concern the model.
std::map<ModelId, Position> parents_of(const Rows& rows, const ModelId& id) {
  constexpr Position never = std::numeric_limits<Position>::max();
  const RowsView view(rows);
  std::map<ModelId, Position> parents;
  std::optional<ModelId> current;
  for (const Position at : history_of(rows, id, 0, scan_max)) {
    const auto model = view.model_as_of(id, at);
    if (!model || model->is_system()) continue;
    if (current && (model->deleted || *current != model->user().parent)) parents[*current] = at;
    if (model->deleted) break;
    current = model->user().parent;
    parents[*current] = never;
  }
  return parents;
}

}  // namespace

std::vector<Position> history_with_parents(const Rows& rows, const ModelId& id, Position after,
                                           std::size_t limit) {
  std::vector<Position> positions = history_of(rows, id, after, limit);
  for (const auto& [parent, until] : parents_of(rows, id)) {
    const auto its = history_of(rows, parent, after, limit);
    positions.insert(positions.end(), its.begin(), std::lower_bound(its.begin(), its.end(), until));
  }
  std::sort(positions.begin(), positions.end());
  if (positions.size() > limit) positions.resize(limit);
  return positions;
}

}  // namespace almanac::projections
