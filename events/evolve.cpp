#include "events/evolve.hpp"

#include "events/model_fields.hpp"

namespace almanac::events {
namespace {

/// Applies one payload to a model whose due price already holds.
class Evolution {
 public:
  Evolution(Model& model, const Recorded& recorded) : model_(model), recorded_(recorded) {}

  void operator()(const ModelCreated& created) const {
    const Event& event = recorded_.event;
    model_.id = event.subject.value_or(ModelId{});
    model_.organization = event.organization;
    model_.display_name = created.display_name;
    model_.enabled = created.enabled;
    model_.metadata = created.metadata;
    model_.own = created.own;
    model_.price = model_.is_system() && event.head ? event.head->price : Price{};
    model_.future_price.reset();
    model_.deprecation.reset();
    model_.ended = false;
    model_.deleted = false;
    model_.version = 0;
    model_.created_at = recorded_.stamp.time;
  }
  void operator()(const ModelUpdated& updated) const {
    for (const FieldChange& change : updated.changes)
      set_own(model_, change.field, change.to);
  }
  void operator()(const ModelRepriceCancelled&) const { model_.future_price.reset(); }
  void operator()(const ModelRepriced& repriced) const {
    const Instant from = recorded_.event.effective_at;
    if (from > recorded_.stamp.time) {
      model_.future_price = FuturePrice{repriced.to, from, recorded_.stamp.position};
    } else {
      model_.price = repriced.to;
    }
  }
  void operator()(const ModelDisabled&) const { model_.enabled = false; }
  void operator()(const ModelEnabled&) const { model_.enabled = true; }
  /// Another date is another schedule and takes an end back (a revert does that); other words are not.
  void operator()(const ModelDeprecated& deprecated) const {
    const Stamp& stamp = recorded_.stamp;
    const bool first = !model_.deprecation;
    if (first) model_.deprecation.emplace().first_deprecated_at = stamp.time;
    Deprecation& standing = *model_.deprecation;
    if (first || standing.end_of_life_at != deprecated.end_of_life_at) {
      standing.end_of_life_at = deprecated.end_of_life_at;
      standing.scheduled_by = stamp.position;
      standing.scheduled_at = stamp.time;
      model_.ended = false;
    }
    standing.message = deprecated.message;
    standing.replacement = deprecated.replacement;
  }
  void operator()(const ModelDeprecationCancelled&) const { take_back(); }
  void operator()(const ModelReachedEndOfLife&) const { model_.ended = true; }
  void operator()(const ModelRestored&) const { take_back(); }
  void operator()(const ModelDeleted&) const { model_.deleted = true; }
  // Not of a model.
  void operator()(const LogCreated&) const {}
  void operator()(const CatalogImported&) const {}
  void operator()(const WriterClaimed&) const {}
  void operator()(const LogSealed&) const {}

 private:
  void take_back() const {
    model_.deprecation.reset();
    model_.ended = false;
  }

  Model& model_;
  const Recorded& recorded_;
};

void let_due_price_hold(Model& model, Instant t) {
  if (model.future_price && model.future_price->effective_at <= t) {
    model.price = model.future_price->price;
    model.future_price.reset();
  }
}

}  // namespace

void evolve_into(Model& model, const Recorded& recorded) {
  let_due_price_hold(model, recorded.stamp.time);
  std::visit(Evolution{model, recorded}, recorded.event.payload);
  ++model.version;
  model.last_position = recorded.stamp.position;
  model.updated_at = recorded.stamp.time;
}

Model evolve(const std::optional<Model>& before, const Recorded& recorded) {
  Model model = before ? *before : Model{};
  evolve_into(model, recorded);
  return model;
}

}  // namespace almanac::events
