#include "events/field.hpp"

#include <array>

namespace almanac::events {
namespace {

/// In the order of Field.
constexpr std::array<std::string_view, 16> names{
    "parentModelId",     "displayName",    "contextWindow",     "maxTokensPerRequest",
    "supportsStreaming", "systemPromptId", "systemPrompt",      "metadata",
    "provider",          "modelName",      "externalKey",       "description",
    "supportsTools",     "supportsVision", "supportsReasoning", "isRecommended"};
static_assert(names.size() == static_cast<std::size_t>(Field::is_recommended) + 1);

}  // namespace

std::string_view name_of(Field field) {
  return names[static_cast<std::size_t>(field)];
}

std::optional<Field> field_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Field>(i);
  }
  return std::nullopt;
}

}  // namespace almanac::events
