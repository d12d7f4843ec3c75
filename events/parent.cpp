#include "events/parent.hpp"

#include "events/replacement.hpp"

namespace almanac::events {
namespace {

/// What keeps a system model from being built on now; nullopt when nothing does.
std::optional<std::string> obstacle(const View& view, const Model& parent, const Circumstances& at) {
  const std::string name = "The model " + parent.id.text() + " (" + parent.display_name + ")";
  switch (own_state(parent, at.now)) {
    case LifecycleState::active:
      return std::nullopt;
    case LifecycleState::disabled:
      return name + " is disabled." + advice(view, parent, at.now);
    case LifecycleState::end_of_life:
      return name + " reached its end of life at " + parent.deprecation->end_of_life_at.text() + "." +
             advice(view, parent, at.now);
    case LifecycleState::deprecated:
      break;
  }
  if (at.policy.create_on_deprecated == Policy::CreateOnDeprecated::allow) return std::nullopt;
  return name + " is deprecated and reaches its end of life at " + parent.deprecation->end_of_life_at.text() +
         "; this service takes no new models on it." + advice(view, parent, at.now);
}

void judge_at_most(Field field, const std::optional<std::int64_t>& own,
                   const std::optional<std::int64_t>& parent, FaultList& faults) {
  if (!own || !parent || *own <= *parent) return;
  faults.judge(pointer_to(field),
               "must be at most the parent's " + std::to_string(*parent) + ", is " + std::to_string(*own));
}

}  // namespace

std::optional<Model> judge_parent(const View& view, const ModelId& parent, const Circumstances& at,
                                  FaultList& faults) {
  const std::string pointer = pointer_to(Field::parent_model_id);
  if (faults.has(pointer)) return std::nullopt;
  auto found = view.model(parent);
  const bool foreign = found && !found->is_system() && found->organization != at.caller.organization;
  if (!found || foreign) {
    faults.add(pointer, "There is no system model " + parent.text() + ".");
    return std::nullopt;
  }
  if (!found->is_system()) {
    faults.add(pointer, "The model " + parent.text() +
                            " is a user model; only system models can be parents. " + "Its own parent is " +
                            found->user().parent.text() + ".");
    return std::nullopt;
  }
  if (auto why = obstacle(view, *found, at)) {
    faults.add(pointer, *std::move(why));
    return std::nullopt;
  }
  return found;
}

void judge_within_parent(const UserFields& own, Field field, const SystemFields& parent, FaultList& faults) {
  if (field == Field::context_window) {
    judge_at_most(field, own.context_window, parent.context_window, faults);
  } else if (field == Field::max_tokens_per_request) {
    judge_at_most(field, own.max_tokens, parent.max_tokens, faults);
  } else if (field == Field::supports_streaming && own.streaming.value_or(false) && !parent.streaming) {
    faults.judge(pointer_to(field), "must not be true: the parent does not support streaming");
  }
}

void judge_all_within_parent(const UserFields& own, const SystemFields& parent, FaultList& faults) {
  judge_within_parent(own, Field::context_window, parent, faults);
  judge_within_parent(own, Field::max_tokens_per_request, parent, faults);
  judge_within_parent(own, Field::supports_streaming, parent, faults);
}

std::optional<Rejection> plan_needed(const Model& parent, const Circumstances& at) {
  if (at.caller.plan != Plan::free || price_at(parent, at.now).tier != Tier::premium) return std::nullopt;
  return PlanRequired{std::string(name_of(Plan::pro))};
}

}  // namespace almanac::events
