#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace almanac::events {

/// The fields that ModelUpdated can change. Their names are those of the API; stored, so frozen.
enum class Field : std::uint8_t {
  parent_model_id,
  display_name,
  context_window,
  max_tokens_per_request,
  supports_streaming,
  system_prompt_id,
  system_prompt,
  metadata,
  provider,
  model_name,
  external_key,
  description,
  supports_tools,
  supports_vision,
  supports_reasoning,
  is_recommended,
};

std::string_view name_of(Field field);
std::optional<Field> field_named(std::string_view name);

/// A JSON value as compact text, where a field takes any (metadata).
struct JsonText {
  std::string text;
  bool operator==(const JsonText&) const = default;
};

/// monostate is null. A parent is its id's text; metadata is JsonText, null included.
using FieldValue = std::variant<std::monostate, bool, std::int64_t, std::string, JsonText>;

struct FieldChange {
  Field field = Field::display_name;
  FieldValue from;
  FieldValue to;

  bool operator==(const FieldChange&) const = default;
};

}  // namespace almanac::events
