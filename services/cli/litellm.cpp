#include "services/cli/litellm.hpp"

#include <algorithm>
#include <array>

#include "services/cli/litellm_price.hpp"

namespace almanac::cli {

namespace json = events::json;

namespace {

constexpr std::size_t map_bytes_max = std::size_t{64} << 20;
constexpr std::array not_models = {"sample_spec", "fallback_generalizations"};
constexpr std::array text_modes = {"chat", "completion", "responses"};

json::Value text_value(std::string text) {
  return {.kind = json::Kind::string, .text = std::move(text)};
}
json::Value flag_value(bool flag) {
  return {.kind = json::Kind::boolean, .boolean = flag};
}

template <class List>
bool holds(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string text_of(const json::Value& model, std::string_view name) {
  const auto* member = model.find(name);
  return member != nullptr && member->kind == json::Kind::string ? member->text : "";
}

class Row {
 public:
  void put(std::string_view name, json::Value value) { row_.members.emplace_back(name, std::move(value)); }
  /// Absent stays absent, null too: what the map does not know must not clear what the catalogue knows.
  void copy(std::string_view name, const json::Value* from) {
    if (from != nullptr && from->kind != json::Kind::null) put(name, *from);
  }
  json::Value take() { return std::move(row_); }

 private:
  json::Value row_{.kind = json::Kind::object};
};

const json::Value* first_of(const json::Value& model, std::string_view name, std::string_view otherwise) {
  const auto* member = model.find(name);
  return member != nullptr && member->kind != json::Kind::null ? member : model.find(otherwise);
}

void put_streaming(Row& row, const json::Value& model, const std::string& mode) {
  const auto* native = model.find("supports_native_streaming");
  if (native != nullptr && native->kind != json::Kind::null) {
    row.put("supportsStreaming", *native);
  } else if (mode == "chat") {
    row.put("supportsStreaming", flag_value(true));
  }
}

json::Value row_of(const std::string& key, const std::string& name, const json::Value& model,
                   const std::optional<LitellmPrice>& price, const LitellmRules& rules) {
  Row row;
  row.put("externalKey", text_value(key));
  row.copy("provider", model.find("litellm_provider"));
  row.put("modelName", text_value(key));
  row.put("displayName", text_value(name));
  row.copy("contextWindow", first_of(model, "max_input_tokens", "max_tokens"));
  row.copy("maxTokensPerRequest", first_of(model, "max_output_tokens", "max_tokens"));
  put_streaming(row, model, text_of(model, "mode"));
  row.copy("supportsTools", model.find("supports_function_calling"));
  row.copy("supportsVision", model.find("supports_vision"));
  row.copy("supportsReasoning", model.find("supports_reasoning"));
  if (price) {
    if (price->multiplier) {
      row.put("creditMultiplier", {.kind = json::Kind::number, .text = price->multiplier->text()});
      row.put("modelTier", text_value(price->premium ? "premium" : "standard"));
    } else {
      row.put("creditMultiplier", {});
    }
  }
  if (const auto* date = model.find("deprecation_date"); date != nullptr && date->kind != json::Kind::null) {
    row.put("endOfLifeAt", date->kind == json::Kind::string ? text_value(date->text + "T00:00:00Z") : *date);
  }
  if (rules.confirm) row.put("confirm", flag_value(true));
  return row.take();
}

}  // namespace

tl::expected<LitellmRows, std::string> litellm_rows(std::string_view text, const LitellmRules& rules) {
  const auto map = json::parse(text, {.bytes_max = map_bytes_max});
  if (!map) {
    return tl::make_unexpected("it is no strict JSON: " + map.error().detail + " at byte " +
                               std::to_string(map.error().offset));
  }
  if (map->kind != json::Kind::object) return tl::make_unexpected(std::string("it is no map of models"));

  LitellmRows result;
  std::vector<const std::pair<std::string, json::Value>*> models;
  std::vector<std::pair<std::string, std::string>> keys_providers;
  std::size_t place = 0;
  std::vector<std::size_t> places;
  for (const auto& entry : map->members) {
    const auto& [key, model] = entry;
    if (holds(not_models, key)) {
      result.skipped.push_back(key);
      continue;
    }
    const std::size_t here = place++;
    if (model.kind != json::Kind::object) {
      result.held_back.push_back({here, key, "", "is no object"});
      continue;
    }
    const std::string mode = text_of(model, "mode");
    if (!holds(text_modes, mode)) {
      result.held_back.push_back(
          {here, key, "/mode",
           mode.empty() ? "the map does not say what it is" : "is no text model but " + mode});
      continue;
    }
    models.push_back(&entry);
    places.push_back(here);
    keys_providers.emplace_back(key, text_of(model, "litellm_provider"));
  }
  const auto names = litellm_names(keys_providers);
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto& [key, model] = *models[i];
    const auto price = litellm_price(model, rules);
    if (!price) {
      result.held_back.push_back({places[i], key, "/creditMultiplier", price.error()});
      continue;
    }
    result.rows.push_back(row_of(key, names[i], model, *price, rules));
    result.places.push_back(places[i]);
  }
  return result;
}

}  // namespace almanac::cli
