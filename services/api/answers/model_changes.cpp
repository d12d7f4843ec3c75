#include "services/api/answers/model_changes.hpp"

#include "events/json.hpp"

namespace almanac::api {
namespace {

using Values = std::vector<std::pair<std::string_view, std::string>>;

std::string quoted(std::string_view text) {
  std::string json;
  events::json::write_string(json, text);
  return json;
}
std::string text_or_null(const std::optional<std::string>& text) {
  return text ? quoted(*text) : "null";
}
std::string number_or_null(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "null";
}
std::string flag(bool value) {
  return value ? "true" : "false";
}

Values values_of(const events::Model& model, events::Instant t) {
  const events::SystemFields& own = model.system();
  const events::Price price = events::price_at(model, t);
  const events::Deprecation* end = model.deprecation ? &*model.deprecation : nullptr;
  return {
      {"externalKey", quoted(own.external_key)},
      {"provider", quoted(own.provider)},
      {"modelName", quoted(own.model_name)},
      {"displayName", quoted(model.display_name)},
      {"description", text_or_null(own.description)},
      {"contextWindow", number_or_null(own.context_window)},
      {"maxTokensPerRequest", number_or_null(own.max_tokens)},
      {"supportsStreaming", flag(own.streaming)},
      {"supportsTools", flag(own.tools)},
      {"supportsVision", flag(own.vision)},
      {"supportsReasoning", flag(own.reasoning)},
      {"isRecommended", flag(own.recommended)},
      {"creditMultiplier", price.multiplier ? price.multiplier->text() : "null"},
      {"modelTier", quoted(events::name_of(price.tier))},
      {"enabled", flag(model.enabled)},
      {"metadata", model.metadata},
      {"endOfLifeAt", end != nullptr ? quoted(end->end_of_life_at.text()) : "null"},
      {"deprecationMessage", end != nullptr ? text_or_null(end->message) : "null"},
      {"replacementModelId", end != nullptr && end->replacement ? quoted(end->replacement->text()) : "null"}};
}

}  // namespace

std::vector<ModelChange> model_changes(const events::Model* before, const events::Model& after,
                                       events::Instant t) {
  std::vector<ModelChange> changes;
  const Values to = values_of(after, t);
  const Values from = before != nullptr ? values_of(*before, t) : Values{};
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::string was = before != nullptr ? from[i].second : "null";
    if (was != to[i].second) changes.push_back({to[i].first, was, to[i].second});
  }
  return changes;
}

}  // namespace almanac::api
