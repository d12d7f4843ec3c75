#include "services/api/requests/parse_model.hpp"

#include "services/api/requests/body.hpp"

namespace almanac::api {
namespace {

using events::Field;
using events::FieldValue;

constexpr std::string_view no_such_parent = "there is no such system model";
constexpr std::string_view no_such_model = "there is no such model";

/// A member of a patch that is there goes into the list: null as monostate.
template <class T>
void patch(events::ChangeModel& command, Field field, events::RowMember<T> member) {
  if (!member.given) return;
  FieldValue to;
  if (member.value) to = std::move(*member.value);
  command.patches.push_back({field, std::move(to)});
}

}  // namespace

events::CreateUserModel parse_user_model(const events::json::Value& body) {
  events::CreateUserModel command;
  Fields fields(body, command.faults);
  fields.require("parentModelId");
  fields.require("displayName");
  command.own.parent = fields.id("parentModelId", no_such_parent).value.value_or(events::ModelId{});
  command.display_name = fields.text("displayName", Nulls::refused).value.value_or("");
  command.own.context_window = fields.whole("contextWindow", Nulls::allowed).value;
  command.own.max_tokens = fields.whole("maxTokensPerRequest", Nulls::allowed).value;
  command.own.streaming = fields.flag("supportsStreaming", Nulls::allowed).value;
  command.enabled = fields.flag("enabled", Nulls::refused).value.value_or(true);
  command.metadata = fields.any("metadata").value.value_or("null");
  command.own.system_prompt_id = fields.text("systemPromptId", Nulls::allowed).value;
  command.own.system_prompt = fields.text("systemPrompt", Nulls::allowed).value;
  fields.refuse_unknown();
  return command;
}

events::CreateSystemModel parse_system_model(const events::json::Value& body) {
  events::CreateSystemModel command;
  Fields fields(body, command.faults);
  for (const std::string_view name : {"provider", "modelName", "displayName", "contextWindow"})
    fields.require(name);
  auto& own = command.own;
  own.provider = fields.text("provider", Nulls::refused).value.value_or("");
  own.model_name = fields.text("modelName", Nulls::refused).value.value_or("");
  command.display_name = fields.text("displayName", Nulls::refused).value.value_or("");
  own.context_window = fields.whole("contextWindow", Nulls::allowed).value;
  own.description = fields.text("description", Nulls::allowed).value;
  const auto external_key = fields.text("externalKey", Nulls::refused);
  command.external_key_given = external_key.given;
  own.external_key = external_key.value.value_or("");
  own.max_tokens = fields.whole("maxTokensPerRequest", Nulls::allowed).value;
  own.streaming = fields.flag("supportsStreaming", Nulls::refused).value.value_or(true);
  own.tools = fields.flag("supportsTools", Nulls::refused).value.value_or(false);
  own.vision = fields.flag("supportsVision", Nulls::refused).value.value_or(false);
  own.reasoning = fields.flag("supportsReasoning", Nulls::refused).value.value_or(false);
  own.recommended = fields.flag("isRecommended", Nulls::refused).value.value_or(false);
  command.price.tier = fields.tier("modelTier").value.value_or(events::Tier::standard);
  command.price.multiplier = fields.multiplier("creditMultiplier").value;
  command.enabled = fields.flag("enabled", Nulls::refused).value.value_or(true);
  command.metadata = fields.any("metadata").value.value_or("null");
  fields.refuse_unknown();
  return command;
}

events::ChangeModel parse_patch(const events::ModelId& id, const events::json::Value& body) {
  events::ChangeModel command;
  command.id = id;
  Fields fields(body, command.faults);
  const auto parent = fields.id("parentModelId", no_such_parent);
  if (parent.given) command.patches.push_back({Field::parent_model_id, parent.value->text()});
  patch(command, Field::display_name, fields.text("displayName", Nulls::refused));
  patch(command, Field::context_window, fields.whole("contextWindow", Nulls::allowed));
  patch(command, Field::max_tokens_per_request, fields.whole("maxTokensPerRequest", Nulls::allowed));
  patch(command, Field::supports_streaming, fields.flag("supportsStreaming", Nulls::allowed));
  patch(command, Field::system_prompt_id, fields.text("systemPromptId", Nulls::allowed));
  patch(command, Field::system_prompt, fields.text("systemPrompt", Nulls::allowed));
  if (const auto metadata = fields.any("metadata"); metadata.given)
    command.patches.push_back({Field::metadata, events::JsonText{*metadata.value}});
  patch(command, Field::provider, fields.text("provider", Nulls::refused));
  patch(command, Field::model_name, fields.text("modelName", Nulls::refused));
  patch(command, Field::external_key, fields.text("externalKey", Nulls::refused));
  patch(command, Field::description, fields.text("description", Nulls::allowed));
  patch(command, Field::supports_tools, fields.flag("supportsTools", Nulls::refused));
  patch(command, Field::supports_vision, fields.flag("supportsVision", Nulls::refused));
  patch(command, Field::supports_reasoning, fields.flag("supportsReasoning", Nulls::refused));
  patch(command, Field::is_recommended, fields.flag("isRecommended", Nulls::refused));
  command.enabled = fields.flag("enabled", Nulls::refused).value;
  for (const std::string_view priced : {"creditMultiplier", "modelTier"})
    if (fields.value(priced) != nullptr)
      fields.fault(priced, "is changed by PUT /v1/models/{id}/pricing, on a system model alone");
  fields.refuse_unknown();
  return command;
}

events::DeprecateModel parse_deprecation(const events::ModelId& id, const events::json::Value& body) {
  events::DeprecateModel command;
  command.id = id;
  Fields fields(body, command.faults);
  fields.require("endOfLifeAt");
  command.end_of_life_at = fields.instant("endOfLifeAt", Nulls::refused).value.value_or(events::Instant{});
  command.message = fields.text("deprecationMessage", Nulls::refused).value;
  command.replacement = fields.id("replacementModelId", no_such_model).value;
  command.force = fields.flag("force", Nulls::refused).value.value_or(false);
  fields.refuse_unknown();
  return command;
}

events::RepriceModel parse_pricing(const events::ModelId& id, const events::json::Value& body) {
  events::RepriceModel command;
  command.id = id;
  Fields fields(body, command.faults);
  fields.require("creditMultiplier");
  command.multiplier = fields.multiplier("creditMultiplier").value;
  command.tier = fields.tier("modelTier").value;
  command.effective_at = fields.instant("effectiveAt", Nulls::refused).value;
  fields.refuse_unknown();
  return command;
}

}  // namespace almanac::api
