#include "services/api/requests/parse_import.hpp"

#include "services/api/requests/body.hpp"
#include "services/api/requests/query.hpp"

namespace almanac::api {
namespace {

events::CatalogRow parse_row(const events::json::Value& value) {
  events::CatalogRow row;
  if (value.kind != events::json::Kind::object) {
    row.faults.push_back({"", "must be an object"});
    return row;
  }
  Fields fields(value, row.faults);
  row.external_key = fields.text("externalKey", Nulls::refused);
  row.provider = fields.text("provider", Nulls::refused);
  row.model_name = fields.text("modelName", Nulls::refused);
  row.display_name = fields.text("displayName", Nulls::refused);
  row.description = fields.text("description", Nulls::allowed);
  row.metadata = fields.any("metadata");
  row.context_window = fields.whole("contextWindow", Nulls::allowed);
  row.max_tokens = fields.whole("maxTokensPerRequest", Nulls::allowed);
  row.streaming = fields.flag("supportsStreaming", Nulls::refused);
  row.tools = fields.flag("supportsTools", Nulls::refused);
  row.vision = fields.flag("supportsVision", Nulls::refused);
  row.reasoning = fields.flag("supportsReasoning", Nulls::refused);
  row.recommended = fields.flag("isRecommended", Nulls::refused);
  row.enabled = fields.flag("enabled", Nulls::refused);
  row.multiplier = fields.multiplier("creditMultiplier");
  row.tier = fields.tier("modelTier");
  row.end_of_life_at = fields.instant("endOfLifeAt", Nulls::allowed);
  row.deprecation_message = fields.text("deprecationMessage", Nulls::allowed);
  row.replacement_external_key = fields.text("replacementExternalKey", Nulls::allowed);
  row.confirm = fields.flag("confirm", Nulls::refused).value.value_or(false);
  fields.refuse_unknown();
  return row;
}

}  // namespace

ParsedImport parse_import(const events::json::Value& body) {
  ParsedImport parsed;
  Fields fields(body, parsed.command.faults);
  fields.require("mode");
  fields.require("rows");
  if (const auto mode = fields.text("mode", Nulls::refused); mode.given) {
    if (*mode.value == "apply")
      parsed.mode = ImportMode::apply;
    else if (*mode.value != "plan")
      fields.fault("mode", "must be one of plan, apply");
  }
  if (const auto expected = fields.text("expectedPosition", Nulls::refused); expected.given) {
    parsed.command.expected_position = parse_decimal(*expected.value);
    if (!parsed.command.expected_position)
      fields.fault("expectedPosition", "must be a position: decimal text without padding");
  }
  const events::json::Value* rows = fields.value("rows");
  if (rows != nullptr && rows->kind != events::json::Kind::array) {
    fields.fault("rows", "must be an array");
  } else if (rows != nullptr && rows->items.size() > import_rows_max) {
    fields.fault("rows", "must hold at most 10000 rows");
  } else if (rows != nullptr) {
    parsed.command.rows.reserve(rows->items.size());
    for (const events::json::Value& row : rows->items)
      parsed.command.rows.push_back(parse_row(row));
  }
  fields.refuse_unknown();
  return parsed;
}

}  // namespace almanac::api
