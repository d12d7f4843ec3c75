#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/lifecycle.hpp"
#include "events/model.hpp"

namespace almanac::events {

/// Where an effective value comes from.
enum class Layer : std::uint8_t { own, parent, by_default, clock };
std::string_view name_of(Layer layer);  // own, parent, default, clock

template <class T>
struct Effective {
  T value{};
  Layer layer = Layer::own;
  bool clamped = false;  ///< own value cut by the parent's bound
};

/// Every inherited or derived field of a model at an instant. `parent` is nullptr for a system model.
struct EffectiveModel {
  Effective<std::optional<std::int64_t>> context_window;
  Effective<std::optional<std::int64_t>> max_tokens;
  Effective<bool> streaming;
  Effective<bool> tools;
  Effective<bool> vision;
  Effective<bool> reasoning;
  Effective<Tier> tier;
  Effective<LifecycleState> state;
  Effective<std::optional<Instant>> end_of_life_at;
  Effective<std::optional<std::string>> deprecation_message;  ///< only in state deprecated or end_of_life
  Effective<std::optional<ModelId>> replacement;
};
EffectiveModel effective(const Model& model, const Model* parent, Instant t);

}  // namespace almanac::events
