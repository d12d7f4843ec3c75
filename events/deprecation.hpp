#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "events/view.hpp"

/// Ends of life as they stand and as they are wanted; shared by the PUT, imports and reverts.
namespace almanac::events {

/// What stands, in the words of the event that would set it; nullopt without one.
std::optional<ModelDeprecated> standing_deprecation(const Model& model);

/// The payloads that bring a model to the wanted end of life: none when it stands already, the schedule and
/// its end in one when the date has passed, the taking back when none is wanted.
std::vector<Payload> payloads_toward(const Model& model, const std::optional<ModelDeprecated>& wanted,
                                     Instant now);

/// Why the date cannot become another: the end has been reached, and only taking it back opens it again.
std::optional<std::string> date_fault(const Model& model, Instant wanted, Instant now);

/// Why a new date is too soon for those who build on a system model; user models and dates that stand are
/// never too soon.
std::optional<std::string> notice_fault(const Model& model, Instant wanted, std::int64_t min_notice_days,
                                        Instant now);

}  // namespace almanac::events
