#pragma once
#include <optional>

#include "events/bounds.hpp"
#include "events/decide.hpp"

/// The rules of a user model against its parent, for creation, re-pointing and changes.
namespace almanac::events {

/// The parent, when the caller may build on it; else a fault at `/parentModelId` that names the way out, and
/// nullopt. Nothing is judged when parsing found a fault there.
std::optional<Model> judge_parent(const View& view, const ModelId& parent, const Circumstances& at,
                                  FaultList& faults);

/// Whether an own value stays within the parent's; only windows, limits and streaming have such a bound.
void judge_within_parent(const UserFields& own, Field field, const SystemFields& parent, FaultList& faults);
void judge_all_within_parent(const UserFields& own, const SystemFields& parent, FaultList& faults);

/// Premium models need a paid plan.
std::optional<Rejection> plan_needed(const Model& parent, const Circumstances& at);

}  // namespace almanac::events
