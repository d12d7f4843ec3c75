#include <array>
#include <utility>

#include "events/codec.hpp"
#include "events/envelope.hpp"
#include "events/object_reader.hpp"

// Reads what encode.cpp writes, version by version. Every fault is reported; nothing is guessed.
namespace almanac::events {
namespace {

// A value may hold metadata 64 deep below three levels of our own; an import's record may be large.
constexpr json::Limits stored_limits{std::size_t{256} << 20, 72};

Tier tier(ObjectReader& in, std::string_view name) {
  const auto found = tier_named(in.text(name));
  if (!found) in.fault(name, "is not a tier");
  return found.value_or(Tier::standard);
}

Price price(ObjectReader& in) {
  return {in.multiplier_or_null("creditMultiplier"), tier(in, "modelTier")};
}

PriceHead head(ObjectReader& in) {
  PriceHead head;
  head.priced_by = in.uuid("pricedBy");
  head.price = price(in);
  head.provider = in.text("provider");
  head.model_name = in.text("modelName");
  return head;
}

UserFields user_fields(ObjectReader& in) {
  UserFields own;
  own.parent = in.uuid("parentModelId");
  own.context_window = in.number_or_null("contextWindow");
  own.max_tokens = in.number_or_null("maxTokensPerRequest");
  own.streaming = in.boolean_or_null("supportsStreaming");
  own.system_prompt_id = in.text_or_null("systemPromptId");
  own.system_prompt = in.text_or_null("systemPrompt");
  return own;
}

SystemFields system_fields(ObjectReader& in, const std::optional<PriceHead>& head) {
  SystemFields own;
  if (head) {
    own.provider = head->provider;
    own.model_name = head->model_name;
  }
  own.external_key = in.text("externalKey");
  own.description = in.text_or_null("description");
  own.context_window = in.number_or_null("contextWindow");
  own.max_tokens = in.number_or_null("maxTokensPerRequest");
  own.streaming = in.boolean("supportsStreaming");
  own.tools = in.boolean("supportsTools");
  own.vision = in.boolean("supportsVision");
  own.reasoning = in.boolean("supportsReasoning");
  own.recommended = in.boolean("isRecommended");
  return own;
}

Payload log_created(ObjectReader& in, const Event&) {
  return LogCreated{in.uuid("logId"), static_cast<std::uint32_t>(in.number("format"))};
}

Payload model_created(ObjectReader& in, const Event& event) {
  ObjectReader model = in.object("model");
  ModelCreated created;
  created.display_name = model.text("displayName");
  created.enabled = model.boolean("enabled");
  created.metadata = model.any("metadata");
  if (event.organization.empty()) {
    created.own = system_fields(model, event.head);
  } else {
    created.own = user_fields(model);
  }
  model.finish();
  return created;
}

FieldValue field_value(ObjectReader& in, Field field, const char* name) {
  switch (field) {
    case Field::metadata:
      return JsonText{in.any(name)};
    case Field::context_window:
    case Field::max_tokens_per_request: {
      const auto value = in.number_or_null(name);
      return value ? FieldValue(*value) : FieldValue();
    }
    case Field::supports_streaming:
    case Field::supports_tools:
    case Field::supports_vision:
    case Field::supports_reasoning:
    case Field::is_recommended: {
      const auto value = in.boolean_or_null(name);
      return value ? FieldValue(*value) : FieldValue();
    }
    default: {
      auto value = in.text_or_null(name);
      return value ? FieldValue(std::move(*value)) : FieldValue();
    }
  }
}

Payload model_updated(ObjectReader& in, const Event&) {
  ModelUpdated updated;
  for (const auto& item : in.array("changes")) {
    ObjectReader change(item, in.path_of("changes/" + std::to_string(updated.changes.size())), in.faults());
    const auto field = field_named(change.text("field"));
    if (!field) change.fault("field", "is not a field");
    const Field known = field.value_or(Field::display_name);
    FieldValue from = field_value(change, known, "from");
    updated.changes.push_back({known, std::move(from), field_value(change, known, "to")});
    change.finish();
  }
  if (updated.changes.empty()) in.fault("changes", "is empty");
  return updated;
}

Payload model_repriced(ObjectReader& in, const Event&) {
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

Payload model_reprice_cancelled(ObjectReader& in, const Event&) {
  ModelRepriceCancelled cancelled;
  cancelled.price = price(in);
  cancelled.was_due_at = in.instant("wasDueAt");
  cancelled.scheduled_by = in.position("scheduledBy");
  return cancelled;
}

Payload model_deprecated(ObjectReader& in, const Event&) {
  ModelDeprecated deprecated;
  deprecated.end_of_life_at = in.instant("endOfLifeAt");
  deprecated.message = in.text_or_null("deprecationMessage");
  deprecated.replacement = in.uuid_or_null("replacementModelId");
  return deprecated;
}

Payload deprecation_cancelled(ObjectReader& in, const Event&) {
  return ModelDeprecationCancelled{in.instant("wasDueAt")};
}

Payload reached_end_of_life(ObjectReader& in, const Event&) {
  ModelReachedEndOfLife reached;
  reached.due_at = in.instant("dueAt");
  reached.fired_at = in.instant("firedAt");
  reached.scheduled_by = in.position("scheduledBy");
  return reached;
}

template <class Plain>
Payload plain(ObjectReader&, const Event&) {
  return Plain{};
}

Verdict verdict(ObjectReader& in) {
  const std::string name = in.text("verdict");
  if (name == "create") return Verdict::create;
  if (name == "update") return Verdict::update;
  if (name == "rejected") return Verdict::rejected;
  if (name != "unchanged") in.fault("verdict", "is not a verdict");
  return Verdict::unchanged;
}

RowVerdict row(const json::Value& item, ObjectReader& in, std::size_t index) {
  ObjectReader object(item, in.path_of("rows/" + std::to_string(index)), in.faults());
  RowVerdict row;
  row.row = static_cast<std::uint32_t>(object.number("row"));
  row.external_key = object.text("externalKey");
  if (object.has("modelId")) row.model = object.uuid("modelId");
  row.verdict = verdict(object);
  if (object.has("errors")) {
    for (const auto& error : object.array("errors")) {
      ObjectReader fault(error, object.path_of("errors"), in.faults());
      std::string pointer = fault.text("pointer");
      row.errors.emplace_back(std::move(pointer), fault.text("detail"));
      fault.finish();
    }
  }
  object.finish();
  return row;
}

Payload catalog_imported(ObjectReader& in, const Event&) {
  CatalogImported imported;
  imported.batch = in.uuid("batchId");
  if (in.has("reverts")) imported.reverts = in.uuid("reverts");
  imported.first_position = in.position("firstPosition");
  in.object("counts");  // for readers of the stream; the rows say it too
  const auto& rows = in.array("rows");
  imported.rows.reserve(rows.size());
  for (const auto& item : rows)
    imported.rows.push_back(row(item, in, imported.rows.size()));
  return imported;
}

Payload writer_claimed(ObjectReader& in, const Event&) {
  WriterClaimed claimed;
  claimed.epoch = in.position("epoch");
  claimed.node = in.text("node");
  claimed.url = in.text("url");
  claimed.build = in.text("build");
  if (in.has("lossAcceptedAfter")) claimed.loss_accepted_after = in.position("lossAcceptedAfter");
  if (in.has("sealedAt")) claimed.sealed_at = in.position("sealedAt");
  if (in.has("logId")) claimed.log_id = in.uuid("logId");
  return claimed;
}

enum class Subject : std::uint8_t { of_the_log, model, batch };
struct Known {
  std::string_view type;
  std::uint32_t version;
  Subject subject;
  Payload (*read)(ObjectReader&, const Event&);
};
// Every type and version ever released. An older version gets a reader that ends in today's payload.
constexpr std::array<Known, 15> known{{
    {"LogCreated", 1, Subject::of_the_log, log_created},
    {"ModelCreated", 1, Subject::model, model_created},
    {"ModelUpdated", 1, Subject::model, model_updated},
    {"ModelRepriceCancelled", 1, Subject::model, model_reprice_cancelled},
    {"ModelRepriced", 1, Subject::model, model_repriced},
    {"ModelDisabled", 1, Subject::model, plain<ModelDisabled>},
    {"ModelEnabled", 1, Subject::model, plain<ModelEnabled>},
    {"ModelDeprecated", 1, Subject::model, model_deprecated},
    {"ModelDeprecationCancelled", 1, Subject::model, deprecation_cancelled},
    {"ModelReachedEndOfLife", 1, Subject::model, reached_end_of_life},
    {"ModelRestored", 1, Subject::model, plain<ModelRestored>},
    {"ModelDeleted", 1, Subject::model, plain<ModelDeleted>},
    {"CatalogImported", 1, Subject::batch, catalog_imported},
    {"WriterClaimed", 1, Subject::of_the_log, writer_claimed},
    {"LogSealed", 1, Subject::of_the_log, plain<LogSealed>},
}};

std::string joined(const std::vector<std::string>& faults) {
  std::string all;
  for (const auto& fault : faults) {
    if (!all.empty()) all += "; ";
    all += fault;
  }
  return all;
}

tl::unexpected<NotAnEvent> unknown(std::string detail) {
  return tl::make_unexpected(NotAnEvent{NotAnEvent::Why::unknown, std::move(detail)});
}

}  // namespace

tl::expected<Recorded, NotAnEvent> decode(std::string_view canonical_bytes) {
  const auto foreign = [](std::string detail) {
    return tl::make_unexpected(NotAnEvent{NotAnEvent::Why::foreign, std::move(detail)});
  };
  const auto fields = fields_of(canonical_bytes);
  if (!fields) return foreign("not a canonical record");
  std::vector<std::string> faults;
  auto envelope = envelope_of(*fields, faults);
  if (!envelope) return foreign(joined(faults));

  const Known* form = nullptr;
  for (const auto& one : known) {
    if (one.type == envelope->type.type && one.version == envelope->type.version) form = &one;
  }
  if (form == nullptr) return unknown("type " + *fields->header("ce_type") + " is not known to this build");
  const auto value = json::parse(fields->value, stored_limits);
  if (!value)
    return unknown("value: " + value.error().detail + " at byte " + std::to_string(value.error().offset));
  if (value->kind != json::Kind::object) return unknown("value is not an object");

  Recorded recorded;
  recorded.stamp = std::move(envelope->stamp);
  recorded.event.organization = std::move(envelope->organization);
  ObjectReader in(*value, "", faults);
  recorded.event.effective_at = in.instant("effectiveAt");
  const bool created = form->type == "ModelCreated";
  if (form->subject == Subject::model && (created || !recorded.event.organization.empty()))
    recorded.event.head = head(in);
  recorded.event.payload = form->read(in, recorded.event);
  in.finish();

  if (form->subject == Subject::model) recorded.event.subject = envelope->subject;
  if ((form->subject != Subject::of_the_log) != envelope->subject.has_value())
    faults.emplace_back("ce_subject does not fit the type");
  if (key_of(recorded.event) != fields->key)
    faults.push_back("key " + fields->key + " does not fit the event");
  if (!faults.empty()) return unknown(joined(faults));
  return recorded;
}

}  // namespace almanac::events
