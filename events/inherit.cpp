#include "events/inherit.hpp"

#include <array>

namespace almanac::events {
namespace {

constexpr std::array<std::string_view, 4> names{"own", "parent", "default", "clock"};

using Bound = std::optional<std::int64_t>;

Effective<Bound> of_system(const Bound& own) {
  return {own, own ? Layer::own : Layer::by_default, false};
}

/// The smaller of own and parent's; a bound that is not known bounds nothing.
Effective<Bound> smaller(const Bound& own, const Bound& parent) {
  if (!own) return {parent, parent ? Layer::parent : Layer::by_default, false};
  if (parent && *parent < *own) return {parent, Layer::own, true};
  return {own, Layer::own, false};
}

Effective<bool> both(const std::optional<bool>& own, bool parent) {
  if (!own) return {parent, Layer::parent, false};
  return {*own && parent, Layer::own, *own && !parent};
}

/// Whether the clock alone brought the end: its date has passed and no event says so yet.
bool ended_by_clock(const Model& model, Instant t) {
  return !model.ended && own_state(model, t) == LifecycleState::end_of_life;
}

Effective<LifecycleState> state(const Model& model, const Model* parent, Instant t) {
  const LifecycleState state = effective_state(model, parent, t);
  if (state == LifecycleState::active) return {state, Layer::by_default, false};
  const bool own = own_state(model, t) == state;
  if (state == LifecycleState::end_of_life && ended_by_clock(own ? model : *parent, t)) {
    return {state, Layer::clock, false};
  }
  return {state, own ? Layer::own : Layer::parent, false};
}

Effective<Tier> tier(const Model& model, const Model* parent, Instant t) {
  const Model& priced_by = parent == nullptr ? model : *parent;
  const bool by_clock = priced_by.future_price && priced_by.future_price->effective_at <= t;
  const Layer event = parent == nullptr ? Layer::own : Layer::parent;
  return {price_at(priced_by, t).tier, by_clock ? Layer::clock : event, false};
}

void set_deprecation(EffectiveModel& out, const Model& model, const Model* parent) {
  const Deprecation* deprecation = effective_deprecation(model, parent);
  if (deprecation == nullptr) {
    out.end_of_life_at.layer = out.deprecation_message.layer = out.replacement.layer = Layer::by_default;
    return;
  }
  const bool own = model.deprecation && deprecation == &*model.deprecation;
  const Layer layer = own ? Layer::own : Layer::parent;
  out.end_of_life_at = {deprecation->end_of_life_at, layer, false};
  out.replacement = {deprecation->replacement, layer, false};
  const bool told =
      out.state.value == LifecycleState::deprecated || out.state.value == LifecycleState::end_of_life;
  out.deprecation_message = {told ? deprecation->message : std::nullopt, layer, false};
}

void set_own_capabilities(EffectiveModel& out, const SystemFields& own) {
  out.context_window = of_system(own.context_window);
  out.max_tokens = of_system(own.max_tokens);
  out.streaming = {own.streaming, Layer::own, false};
  out.tools = {own.tools, Layer::own, false};
  out.vision = {own.vision, Layer::own, false};
  out.reasoning = {own.reasoning, Layer::own, false};
}

void set_inherited_capabilities(EffectiveModel& out, const UserFields& own, const SystemFields& parent) {
  out.context_window = smaller(own.context_window, parent.context_window);
  out.max_tokens = smaller(own.max_tokens, parent.max_tokens);
  out.streaming = both(own.streaming, parent.streaming);
  out.tools = {parent.tools, Layer::parent, false};
  out.vision = {parent.vision, Layer::parent, false};
  out.reasoning = {parent.reasoning, Layer::parent, false};
}

}  // namespace

std::string_view name_of(Layer layer) {
  return names[static_cast<std::size_t>(layer)];
}

EffectiveModel effective(const Model& model, const Model* parent, Instant t) {
  EffectiveModel out;
  if (parent == nullptr) {
    set_own_capabilities(out, model.system());
  } else {
    set_inherited_capabilities(out, model.user(), parent->system());
  }
  out.tier = tier(model, parent, t);
  out.state = state(model, parent, t);
  set_deprecation(out, model, parent);
  return out;
}

}  // namespace almanac::events
