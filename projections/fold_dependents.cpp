#include "projections/fold_families.hpp"
#include "projections/key.hpp"

namespace almanac::projections {
namespace {

void add_child(MutableRows& rows, const events::Model& model) {
  const ModelId& parent = model.user().parent;
  rows.put(Family::children, child_key(parent, model.id), {});
  rows.put(Family::children, child_key(parent, model.organization, model.id), {});
  add_to(rows, Family::child_counts, child_count_key(parent), 1);
  add_to(rows, Family::child_counts, child_count_key(parent, model.organization), 1);
}

void remove_child(MutableRows& rows, const events::Model& model) {
  const ModelId& parent = model.user().parent;
  rows.erase(Family::children, child_key(parent, model.id));
  rows.erase(Family::children, child_key(parent, model.organization, model.id));
  add_to(rows, Family::child_counts, child_count_key(parent), -1);
  add_to(rows, Family::child_counts, child_count_key(parent, model.organization), -1);
}

std::optional<ModelId> replacement_of(const events::Model* model) {
  if (model == nullptr || !model->deprecation) return std::nullopt;
  return model->deprecation->replacement;
}

}  // namespace

void fold_children(MutableRows& rows, const Change& change) {
  if (change.either().is_system()) return;
  if (change.was != nullptr && change.is != nullptr && change.was->user().parent == change.is->user().parent)
    return;
  if (change.was != nullptr) remove_child(rows, *change.was);
  if (change.is != nullptr) add_child(rows, *change.is);
}

void fold_replacements(MutableRows& rows, const Change& change) {
  const auto was = replacement_of(change.was);
  const auto is = replacement_of(change.is);
  if (was == is) return;
  const ModelId& model = change.either().id;
  if (was) {
    rows.erase(Family::replacements, replacement_key(*was, model));
    add_to(rows, Family::replacements, replacement_prefix(*was), -1);
  }
  if (is) {
    rows.put(Family::replacements, replacement_key(*is, model), {});
    add_to(rows, Family::replacements, replacement_prefix(*is), 1);
  }
}

}  // namespace almanac::projections
