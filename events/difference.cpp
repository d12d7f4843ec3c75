#include "events/difference.hpp"

#include <utility>

#include "events/deprecation.hpp"
#include "events/model_fields.hpp"

namespace almanac::events {

std::vector<FieldChange> changed_fields(const Model& is, const Model& wanted) {
  std::vector<FieldChange> changes;
  for (auto i = 0; i <= static_cast<int>(Field::is_recommended); ++i) {
    const auto field = static_cast<Field>(i);
    if (!belongs_to(field, kind_of(is))) continue;
    FieldValue from = own_value(is, field);
    FieldValue to = own_value(wanted, field);
    if (from != to) changes.push_back({field, std::move(from), std::move(to)});
  }
  return changes;
}

void append_difference(std::vector<Event>& events, const Model& is, const Model& wanted, Instant now) {
  const auto add = [&](Payload payload) {
    events.push_back({is.id, is.organization, now, std::nullopt, std::move(payload)});
  };
  if (auto changes = changed_fields(is, wanted); !changes.empty()) add(ModelUpdated{std::move(changes)});
  const Price price = price_at(is, now);
  if (price != wanted.price) add(ModelRepriced{price, wanted.price});
  if (is.enabled != wanted.enabled) add(wanted.enabled ? Payload{ModelEnabled{}} : Payload{ModelDisabled{}});
  for (Payload& payload : payloads_toward(is, standing_deprecation(wanted), now))
    add(std::move(payload));
}

}  // namespace almanac::events
