#include "services/api/resources/subject.hpp"

#include "events/lifecycle.hpp"
#include "projections/view.hpp"

namespace almanac::api {

using events::Model;
using events::ModelId;

std::optional<Subject> look(const Moment& moment, const ModelId& id, const std::string& organization) {
  auto shown = moment.position
                   ? projections::find_model_as_of(moment.rows, id, organization, *moment.position)
                   : projections::find_model(moment.rows, id, organization);
  if (!shown) return std::nullopt;
  return complete(moment, std::move(*shown));
}

Subject complete(const Moment& moment, projections::Shown shown) {
  Subject subject{std::move(shown), std::nullopt};
  const events::Deprecation* deprecation = events::effective_deprecation(subject.model(), subject.parent());
  if (deprecation == nullptr || !deprecation->replacement) return subject;
  const ModelsThen models(moment);
  if (!subject.shown.replacement) subject.shown.replacement = models.model(*deprecation->replacement);
  const auto& replacement = subject.shown.replacement;
  if (!replacement) return subject;
  std::optional<Model> parent;
  if (!replacement->is_system()) parent = models.model(replacement->user().parent);
  subject.replacement_state = events::effective_state(*replacement, parent ? &*parent : nullptr, moment.t);
  return subject;
}

std::optional<Model> ModelsThen::model(const ModelId& id) const {
  const projections::RowsView view(moment_.rows);
  if (!moment_.position) return view.model(id);
  auto found = view.model_as_of(id, *moment_.position);
  if (found && found->deleted) found.reset();
  return found;
}

std::optional<ModelId> ModelsThen::by_external_key(std::string_view key) const {
  return projections::RowsView(moment_.rows).by_external_key(key);
}

events::Some ModelsThen::children(const ModelId& parent, std::size_t first_max) const {
  return projections::RowsView(moment_.rows).children(parent, first_max);
}

events::Some ModelsThen::replaced_by(const ModelId& replacement, std::size_t first_max) const {
  return projections::RowsView(moment_.rows).replaced_by(replacement, first_max);
}

std::optional<events::Recorded> ModelsThen::batch(const events::BatchId& id) const {
  return projections::RowsView(moment_.rows).batch(id);
}

std::optional<Model> ModelsThen::model_as_of(const ModelId& id, events::Position position) const {
  return projections::RowsView(moment_.rows).model_as_of(id, position);
}

events::Position ModelsThen::catalogue_changed_at() const {
  return projections::RowsView(moment_.rows).catalogue_changed_at();
}

}  // namespace almanac::api
