#include "events/lifecycle.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace almanac::events {
namespace {

constexpr std::array<std::string_view, 4> names{"end_of_life", "disabled", "deprecated", "active"};

/// The instants that stand in a model: its end of life and its future price.
template <class Visit>
void each_instant(const Model& model, Visit visit) {
  if (model.deprecation) visit(model.deprecation->end_of_life_at);
  if (model.future_price) visit(model.future_price->effective_at);
}

/// Digits without padding, then `end`; what follows is left in `text`.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || (length > 1 && text.front() == '0')) return false;
  text.remove_prefix(length);
  return true;
}

bool take_dash(std::string_view& text) {
  if (text.empty() || text.front() != '-') return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string_view name_of(LifecycleState state) {
  return names[static_cast<std::size_t>(state)];
}

std::optional<LifecycleState> lifecycle_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<LifecycleState>(i);
  }
  return std::nullopt;
}

LifecycleState own_state(const Model& model, Instant t) {
  if (model.ended || (model.deprecation && model.deprecation->end_of_life_at <= t)) {
    return LifecycleState::end_of_life;
  }
  if (!model.enabled) return LifecycleState::disabled;
  return model.deprecation ? LifecycleState::deprecated : LifecycleState::active;
}

LifecycleState effective_state(const Model& model, const Model* parent, Instant t) {
  const LifecycleState own = own_state(model, t);
  return parent == nullptr ? own : std::min(own, own_state(*parent, t));
}

const Deprecation* effective_deprecation(const Model& model, const Model* parent) {
  const Deprecation* own = model.deprecation ? &*model.deprecation : nullptr;
  const Deprecation* above = parent != nullptr && parent->deprecation ? &*parent->deprecation : nullptr;
  if (own == nullptr || above == nullptr) return own != nullptr ? own : above;
  return above->end_of_life_at < own->end_of_life_at ? above : own;
}

Instant deprecated_since(const Deprecation& deprecation) {
  return std::min(deprecation.end_of_life_at, deprecation.first_deprecated_at);
}

std::string Tag::text() const {
  return std::to_string(version) + "-" + std::to_string(parent_version) + "-" + std::to_string(passed);
}

std::optional<Tag> Tag::parse(std::string_view text) {
  Tag tag;
  const bool whole = take_number(text, tag.version) && take_dash(text) &&
                     take_number(text, tag.parent_version) && take_dash(text) &&
                     take_number(text, tag.passed) && text.empty();
  return whole ? std::optional(tag) : std::nullopt;
}

Tag tag_of(const Model& model, const Model* parent, Instant t) {
  Tag tag{model.version, parent == nullptr ? 0 : parent->version, 0};
  const auto count = [&](Instant instant) { tag.passed += instant <= t ? 1U : 0U; };
  each_instant(model, count);
  if (parent != nullptr) each_instant(*parent, count);
  return tag;
}

std::optional<Instant> next_change_after(const Model& model, const Model* parent, Instant t) {
  std::optional<Instant> next;
  const auto consider = [&](Instant instant) {
    if (instant > t && (!next || instant < *next)) next = instant;
  };
  each_instant(model, consider);
  if (parent != nullptr) each_instant(*parent, consider);
  return next;
}

}  // namespace almanac::events
