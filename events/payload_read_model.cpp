#include <utility>

#include "events/model_fields.hpp"
#include "events/payload_read.hpp"

namespace almanac::events {
namespace {

Tier tier(ObjectReader& in, std::string_view name) {
  const auto found = tier_named(in.word(name));
  if (!found) in.fault(name, "is not a tier");
  return found.value_or(Tier::standard);
}

Price price(ObjectReader& in) {
  Price price;
  price.multiplier = in.multiplier_or_null("creditMultiplier");
  price.tier = tier(in, "modelTier");
  return price;
}

void user_fields(ObjectReader& in, ModelCreated& created) {
  UserFields own;
  own.parent = in.uuid("parentModelId");
  created.display_name = in.text("displayName");
  own.context_window = in.number_or_null("contextWindow");
  own.max_tokens = in.number_or_null("maxTokensPerRequest");
  own.streaming = in.boolean_or_null("supportsStreaming");
  created.enabled = in.boolean("enabled");
  own.system_prompt_id = in.text_or_null("systemPromptId");
  own.system_prompt = in.text_or_null("systemPrompt");
  created.metadata = in.any("metadata");
  created.own = std::move(own);
}

void system_fields(ObjectReader& in, const Event& event, ModelCreated& created) {
  SystemFields own;
  if (event.head) {
    own.provider = event.head->provider;
    own.model_name = event.head->model_name;
  }
  own.external_key = in.text("externalKey");
  created.display_name = in.text("displayName");
  own.description = in.text_or_null("description");
  own.context_window = in.number_or_null("contextWindow");
  own.max_tokens = in.number_or_null("maxTokensPerRequest");
  own.streaming = in.boolean("supportsStreaming");
  own.tools = in.boolean("supportsTools");
  own.vision = in.boolean("supportsVision");
  own.reasoning = in.boolean("supportsReasoning");
  own.recommended = in.boolean("isRecommended");
  created.enabled = in.boolean("enabled");
  created.metadata = in.any("metadata");
  created.own = std::move(own);
}

template <class T>
FieldValue or_null(std::optional<T> value) {
  return value ? FieldValue(std::move(*value)) : FieldValue();
}

/// Of the field's own type, and null only where a model of that kind may hold it: evolve takes what it gets.
FieldValue field_value(ObjectReader& in, Field field, ModelKind kind, const char* name) {
  switch (field) {
    case Field::metadata:
      return JsonText{in.any(name)};
    case Field::parent_model_id:
      return in.uuid(name).text();
    case Field::context_window:
    case Field::max_tokens_per_request:
      return or_null(in.number_or_null(name));
    case Field::supports_streaming:
      if (kind == ModelKind::user) return or_null(in.boolean_or_null(name));
      return in.boolean(name);
    case Field::supports_tools:
    case Field::supports_vision:
    case Field::supports_reasoning:
    case Field::is_recommended:
      return in.boolean(name);
    case Field::description:
    case Field::system_prompt_id:
    case Field::system_prompt:
      return or_null(in.text_or_null(name));
    case Field::display_name:
    case Field::provider:
    case Field::model_name:
    case Field::external_key:
      break;
  }
  return in.text(name);
}

}  // namespace

PriceHead read_head(ObjectReader& in) {
  PriceHead head;
  head.priced_by = in.uuid("pricedBy");
  head.price = price(in);
  head.provider = in.text("provider");
  head.model_name = in.text("modelName");
  return head;
}

Payload read_model_created(ObjectReader& in, const Event& event) {
  ObjectReader model = in.object("model");
  ModelCreated created;
  if (event.organization.empty()) {
    system_fields(model, event, created);
  } else {
    user_fields(model, created);
  }
  model.finish();
  return created;
}

Payload read_model_updated(ObjectReader& in, const Event& event) {
  const ModelKind kind = event.organization.empty() ? ModelKind::system : ModelKind::user;
  ModelUpdated updated;
  for (ObjectReader& change : in.objects("changes")) {
    const auto field = field_named(change.word("field"));
    if (!field || !belongs_to(*field, kind)) {
      change.fault("field", "is not a field of such a model");
      continue;
    }
    if (!updated.changes.empty() && *field <= updated.changes.back().field)
      change.fault("field", "is out of its order or there twice");
    FieldValue from = field_value(change, *field, kind, "from");
    updated.changes.push_back({*field, std::move(from), field_value(change, *field, kind, "to")});
    change.finish();
  }
  if (updated.changes.empty()) in.fault("changes", "holds no change");
  return updated;
}

Payload read_model_repriced(ObjectReader& in, const Event&) {
  ModelRepriced repriced;
  ObjectReader multiplier = in.object("creditMultiplier");
  repriced.from.multiplier = multiplier.multiplier_or_null("from");
  repriced.to.multiplier = multiplier.multiplier_or_null("to");
  multiplier.finish();
  ObjectReader tiers = in.object("modelTier");
  repriced.from.tier = tier(tiers, "from");
  repriced.to.tier = tier(tiers, "to");
  tiers.finish();
  return repriced;
}

Payload read_model_reprice_cancelled(ObjectReader& in, const Event&) {
  ModelRepriceCancelled cancelled;
  cancelled.price = price(in);
  cancelled.was_due_at = in.instant("wasDueAt");
  cancelled.scheduled_by = in.position("scheduledBy");
  return cancelled;
}

Payload read_model_deprecated(ObjectReader& in, const Event&) {
  ModelDeprecated deprecated;
  deprecated.end_of_life_at = in.instant("endOfLifeAt");
  deprecated.message = in.text_or_null("deprecationMessage");
  deprecated.replacement = in.uuid_or_null("replacementModelId");
  return deprecated;
}

Payload read_model_deprecation_cancelled(ObjectReader& in, const Event&) {
  return ModelDeprecationCancelled{in.instant("wasDueAt")};
}

Payload read_model_reached_end_of_life(ObjectReader& in, const Event&) {
  ModelReachedEndOfLife reached;
  reached.due_at = in.instant("dueAt");
  reached.fired_at = in.instant("firedAt");
  reached.scheduled_by = in.position("scheduledBy");
  return reached;
}

}  // namespace almanac::events
