#include "events/replacement.hpp"

#include <vector>

#include "events/inherit.hpp"

namespace almanac::events {
namespace {

/// Longer chains are followed no further: each link is a read, and a refusal must stay cheap.
constexpr int advice_links_max = 16;

std::string named(const Model& model) {
  return model.id.text() + " (" + model.display_name + ")";
}

/// A system model is read by everybody, so only a system model can stand in for it; a user model's must be
/// its organisation's or a system model.
bool same_readers(const Model& model, const Model& replacement) {
  return replacement.is_system() || (!model.is_system() && replacement.organization == model.organization);
}

std::optional<ModelId> next_of(const Model& model) {
  return model.deprecation ? model.deprecation->replacement : std::nullopt;
}

/// No cycle stands in the log, so the walk from a replacement ends or comes by `model`.
bool leads_back(const View& view, const Model& replacement, const ModelId& model) {
  std::optional<ModelId> next = next_of(replacement);
  while (next) {
    if (*next == model) return true;
    const auto on_the_way = view.model(*next);
    next = on_the_way ? next_of(*on_the_way) : std::nullopt;
  }
  return false;
}

void warn_if_less(std::vector<Fault>& warnings, const char* field, const char* what,
                  const std::optional<std::int64_t>& of_model, const std::optional<std::int64_t>& of_other) {
  if (of_model && of_other && *of_other < *of_model) {
    warnings.push_back({field, std::string("The replacement's ") + what +
                                   " is smaller: " + std::to_string(*of_other) + " instead of " +
                                   std::to_string(*of_model) + "."});
  }
}

void warn_if_lost(std::vector<Fault>& warnings, const char* field, const char* what, bool of_model,
                  bool of_other) {
  if (of_model && !of_other) {
    warnings.push_back({field, std::string("The replacement does not support ") + what + "."});
  }
}

}  // namespace

std::optional<Model> parent_of(const View& view, const Model& model) {
  return model.is_system() ? std::nullopt : view.model(model.user().parent);
}

bool usable(const View& view, const Model& model, Instant now) {
  const auto parent = parent_of(view, model);
  const LifecycleState state = effective_state(model, parent ? &*parent : nullptr, now);
  return state == LifecycleState::active || state == LifecycleState::deprecated;
}

std::optional<std::string> naming_fault(const View& view, const Model& model, const ModelId& replacement,
                                        Instant now) {
  if (replacement == model.id) return "A model cannot replace itself.";
  const auto found = view.model(replacement);
  if (!found || !same_readers(model, *found)) {
    return std::string("There is no ") + (model.is_system() ? "system model " : "model ") +
           replacement.text() + ".";
  }
  if (!usable(view, *found, now)) {
    const auto parent = parent_of(view, *found);
    const bool ended =
        effective_state(*found, parent ? &*parent : nullptr, now) == LifecycleState::end_of_life;
    return "The model " + named(*found) + (ended ? " is at its end of life." : " is disabled.") +
           (ended ? advice(view, *found, now) : std::string());
  }
  return std::nullopt;
}

std::optional<std::string> replacement_fault(const View& view, const Model& model, const ModelId& replacement,
                                             Instant now) {
  if (auto fault = naming_fault(view, model, replacement, now)) return fault;
  const auto found = view.model(replacement);
  if (!found || !leads_back(view, *found, model.id)) return std::nullopt;
  return "The model " + named(*found) + " is itself replaced by this model, so that neither would be left.";
}

std::string advice(const View& view, const Model& model, Instant now) {
  const auto parent = parent_of(view, model);
  const Deprecation* deprecation = effective_deprecation(model, parent ? &*parent : nullptr);
  std::optional<ModelId> next = deprecation == nullptr ? std::nullopt : deprecation->replacement;
  std::optional<Model> first;
  for (int link = 0; next && link < advice_links_max; ++link) {
    const auto candidate = view.model(*next);
    if (!candidate) break;
    if (usable(view, *candidate, now)) return " Use " + named(*candidate) + " instead.";
    if (!first) first = candidate;
    next = next_of(*candidate);
  }
  return first ? " Its replacement is " + named(*first) + "." : std::string();
}

std::vector<Fault> replacement_warnings(const Model& model, const Model& replacement, const View& view,
                                        Instant now) {
  const auto model_parent = parent_of(view, model);
  const auto other_parent = parent_of(view, replacement);
  const EffectiveModel is = effective(model, model_parent ? &*model_parent : nullptr, now);
  const EffectiveModel other = effective(replacement, other_parent ? &*other_parent : nullptr, now);
  std::vector<Fault> warnings;
  warn_if_less(warnings, "contextWindow", "context window", is.context_window.value,
               other.context_window.value);
  warn_if_less(warnings, "maxTokensPerRequest", "output limit", is.max_tokens.value, other.max_tokens.value);
  warn_if_lost(warnings, "supportsStreaming", "streaming", is.streaming.value, other.streaming.value);
  warn_if_lost(warnings, "supportsTools", "tools", is.tools.value, other.tools.value);
  warn_if_lost(warnings, "supportsVision", "vision", is.vision.value, other.vision.value);
  warn_if_lost(warnings, "supportsReasoning", "reasoning", is.reasoning.value, other.reasoning.value);
  const Price price = price_at(model_parent ? *model_parent : model, now);
  const Price other_price = price_at(other_parent ? *other_parent : replacement, now);
  if (other_price.tier > price.tier) {
    warnings.push_back({"modelTier", "The replacement is of the premium tier."});
  }
  if (price.multiplier && other_price.multiplier && *other_price.multiplier > *price.multiplier) {
    warnings.push_back({"creditMultiplier", "The replacement costs more: " + other_price.multiplier->text() +
                                                " instead of " + price.multiplier->text() + "."});
  }
  return warnings;
}

}  // namespace almanac::events
