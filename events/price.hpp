#pragma once
#include <optional>
#include <string>

#include "events/event.hpp"
#include "events/model.hpp"
#include "events/view.hpp"

namespace almanac::events {

/// Largest multiplier, in millionths (api.md).
inline constexpr std::int64_t multiplier_max_millionths = 10'000'000'000;

std::optional<std::string> multiplier_fault(const std::optional<Multiplier>& multiplier);

/// The head of a user model's event: as its system model stood at `at`, which may lie before its last event
/// when an end of life is recorded late; the view's history is asked then.
PriceHead price_head(const View& view, const Model& system_model, Instant at);

/// Whether a change looks like a unit mistake: by 100x or more either way, or to or from 0. Unpriced is
/// neither.
bool suspicious(const std::optional<Multiplier>& from, const std::optional<Multiplier>& to);

}  // namespace almanac::events
