#include "events/codec.hpp"
#include "events/envelope.hpp"
#include "events/json_object.hpp"

// The shapes written here are frozen: schemas/events holds each, tests/events/golden its bytes.
namespace almanac::events {
namespace {

using json::ObjectWriter;

void multiplier(std::string& out, const std::optional<Multiplier>& value) {
  if (value) {
    json::write_string(out, value->text());
  } else {
    out += "null";
  }
}

void head(ObjectWriter& out, const PriceHead& head) {
  out.text("pricedBy", head.priced_by.text());
  multiplier(out.named("creditMultiplier"), head.price.multiplier);
  out.text("modelTier", name_of(head.price.tier));
  out.text("provider", head.provider);
  out.text("modelName", head.model_name);
}

void position(ObjectWriter& out, std::string_view name, Position value) {
  out.text(name, std::to_string(value));
}

void own_fields(ObjectWriter& out, const ModelCreated& created, const UserFields& own) {
  out.text("parentModelId", own.parent.text());
  out.text("displayName", created.display_name);
  out.number_or_null("contextWindow", own.context_window);
  out.number_or_null("maxTokensPerRequest", own.max_tokens);
  out.boolean_or_null("supportsStreaming", own.streaming);
  out.boolean("enabled", created.enabled);
  out.text_or_null("systemPromptId", own.system_prompt_id);
  out.text_or_null("systemPrompt", own.system_prompt);
  out.raw("metadata", created.metadata);
}

void own_fields(ObjectWriter& out, const ModelCreated& created, const SystemFields& own) {
  out.text("externalKey", own.external_key);
  out.text("displayName", created.display_name);
  out.text_or_null("description", own.description);
  out.number_or_null("contextWindow", own.context_window);
  out.number_or_null("maxTokensPerRequest", own.max_tokens);
  out.boolean("supportsStreaming", own.streaming);
  out.boolean("supportsTools", own.tools);
  out.boolean("supportsVision", own.vision);
  out.boolean("supportsReasoning", own.reasoning);
  out.boolean("isRecommended", own.recommended);
  out.boolean("enabled", created.enabled);
  out.raw("metadata", created.metadata);
}

struct WriteFieldValue {
  std::string& out;
  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { out += std::to_string(value); }
  void operator()(const std::string& value) const { json::write_string(out, value); }
  void operator()(const JsonText& value) const { out += value.text; }
};

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::create:
      return "create";
    case Verdict::update:
      return "update";
    case Verdict::unchanged:
      return "unchanged";
    case Verdict::rejected:
      return "rejected";
  }
  return "";
}

void row(std::string& out, const RowVerdict& verdict) {
  ObjectWriter object(out);
  object.number("row", verdict.row);
  object.text("externalKey", verdict.external_key);
  if (verdict.model) object.text("modelId", verdict.model->text());
  object.text("verdict", verdict_name(verdict.verdict));
  if (verdict.errors.empty()) return;
  std::string& errors = object.named("errors");
  errors += '[';
  for (const auto& [pointer, detail] : verdict.errors) {
    if (errors.back() != '[') errors += ',';
    ObjectWriter error(errors);
    error.text("pointer", pointer);
    error.text("detail", detail);
  }
  errors += ']';
}

/// Appends what the payload says beside effectiveAt and the head.
struct WritePayload {
  ObjectWriter& out;

  void operator()(const LogCreated& event) const {
    out.text("logId", event.log_id.text());
    out.number("format", event.format);
  }
  void operator()(const ModelCreated& event) const {
    ObjectWriter model(out.named("model"));
    std::visit([&](const auto& own) { own_fields(model, event, own); }, event.own);
  }
  void operator()(const ModelUpdated& event) const {
    std::string& text = out.named("changes");
    text += '[';
    for (const auto& change : event.changes) {
      if (text.back() != '[') text += ',';
      ObjectWriter object(text);
      object.text("field", name_of(change.field));
      std::visit(WriteFieldValue{object.named("from")}, change.from);
      std::visit(WriteFieldValue{object.named("to")}, change.to);
    }
    text += ']';
  }
  void operator()(const ModelRepriced& event) const {
    {
      ObjectWriter object(out.named("creditMultiplier"));
      multiplier(object.named("from"), event.from.multiplier);
      multiplier(object.named("to"), event.to.multiplier);
    }
    ObjectWriter object(out.named("modelTier"));
    object.text("from", name_of(event.from.tier));
    object.text("to", name_of(event.to.tier));
  }
  void operator()(const ModelRepriceCancelled& event) const {
    multiplier(out.named("creditMultiplier"), event.price.multiplier);
    out.text("modelTier", name_of(event.price.tier));
    out.text("wasDueAt", event.was_due_at.text());
    position(out, "scheduledBy", event.scheduled_by);
  }
  void operator()(const ModelDisabled&) const {}
  void operator()(const ModelEnabled&) const {}
  void operator()(const ModelDeprecated& event) const {
    out.text("endOfLifeAt", event.end_of_life_at.text());
    out.text_or_null("deprecationMessage", event.message);
    event.replacement ? out.text("replacementModelId", event.replacement->text())
                      : out.null("replacementModelId");
  }
  void operator()(const ModelDeprecationCancelled& event) const {
    out.text("wasDueAt", event.was_due_at.text());
  }
  void operator()(const ModelReachedEndOfLife& event) const {
    out.text("dueAt", event.due_at.text());
    out.text("firedAt", event.fired_at.text());
    position(out, "scheduledBy", event.scheduled_by);
  }
  void operator()(const ModelRestored&) const {}
  void operator()(const ModelDeleted&) const {}
  void operator()(const CatalogImported& event) const {
    out.text("batchId", event.batch.text());
    if (event.reverts) out.text("reverts", event.reverts->text());
    position(out, "firstPosition", event.first_position);
    {
      ObjectWriter counts(out.named("counts"));
      for (const Verdict verdict :
           {Verdict::create, Verdict::update, Verdict::unchanged, Verdict::rejected}) {
        std::int64_t count = 0;
        for (const auto& one : event.rows)
          count += one.verdict == verdict ? 1 : 0;
        counts.number(verdict_name(verdict), count);
      }
    }
    std::string& text = out.named("rows");
    text += '[';
    for (const auto& verdict : event.rows) {
      if (text.back() != '[') text += ',';
      row(text, verdict);
    }
    text += ']';
  }
  void operator()(const WriterClaimed& event) const {
    position(out, "epoch", event.epoch);
    out.text("node", event.node);
    out.text("url", event.url);
    out.text("build", event.build);
    if (event.loss_accepted_after) position(out, "lossAcceptedAfter", *event.loss_accepted_after);
    if (event.sealed_at) position(out, "sealedAt", *event.sealed_at);
    if (event.log_id) out.text("logId", event.log_id->text());
  }
  void operator()(const LogSealed&) const {}
};

}  // namespace

std::string encode_value(const Event& event) {
  std::string out;
  out.reserve(512);
  {
    ObjectWriter object(out);
    object.text("effectiveAt", event.effective_at.text());
    if (event.head) head(object, *event.head);
    std::visit(WritePayload{object}, event.payload);
  }
  return out;
}

Record encode(const Recorded& recorded) {
  RecordFields fields;
  fields.key = key_of(recorded.event);
  fields.value = encode_value(recorded.event);
  fields.headers = headers_of(recorded, fields.key);
  return seal(std::move(fields));
}

}  // namespace almanac::events
