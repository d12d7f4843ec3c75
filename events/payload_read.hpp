#pragma once
#include "events/event.hpp"
#include "events/object_reader.hpp"

/// A payload from the members of a stored value, one reader for each type and version. `event` holds what
/// stands before the payload: organisation, instant, head. Faults go to the reader.
namespace almanac::events {

PriceHead read_head(ObjectReader& in);

Payload read_model_created(ObjectReader& in, const Event& event);
Payload read_model_updated(ObjectReader& in, const Event& event);
Payload read_model_repriced(ObjectReader& in, const Event& event);
Payload read_model_reprice_cancelled(ObjectReader& in, const Event& event);
Payload read_model_deprecated(ObjectReader& in, const Event& event);
Payload read_model_deprecation_cancelled(ObjectReader& in, const Event& event);
Payload read_model_reached_end_of_life(ObjectReader& in, const Event& event);

Payload read_log_created(ObjectReader& in, const Event& event);
Payload read_catalog_imported(ObjectReader& in, const Event& event);
Payload read_writer_claimed(ObjectReader& in, const Event& event);

}  // namespace almanac::events
