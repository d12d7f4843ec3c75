#include "services/cli/model_fields.hpp"

namespace almanac::cli {
namespace {

std::string whole_number(std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return "is no whole number";
  return "";
}

}  // namespace

void ModelFields::add_to(CLI::App& verb) {
  const CLI::Validator number(whole_number, "N");
  verb.add_option("--parent", parent, "System model that it builds on")->type_name("ID");
  verb.add_option("--name", name, "Display name")->type_name("TEXT");
  verb.add_option("--context-window", context_window, "Tokens; at most the parent's")->check(number);
  verb.add_option("--max-tokens", max_tokens, "Output tokens of a request; at most the parent's")
      ->check(number);
  verb.add_option("--streaming", streaming, "on or off")->check(CLI::IsMember({"on", "off"}));
  verb.add_flag("--disabled", disabled, "Out of use until it is enabled");
  verb.add_option("--system-prompt", prompt, "Prompt, or the file that holds it")->type_name("TEXT|@FILE");
  verb.add_option("--system-prompt-id", prompt_id, "Id of a prompt composition")->type_name("ID");
  verb.add_option("--metadata", metadata, "Any JSON, or the file that holds it")->type_name("JSON|@FILE");
  verb.add_option("--json", whole, "A whole body instead of all these")->type_name("FILE|-");
}

void ModelFields::add_changes_to(CLI::App& verb) {
  verb.add_option("--unset", unset, "Field that returns to inheritance; may be repeated")->type_name("FIELD");
  verb.add_flag("--enabled", enabled, "In use again");
}

std::optional<std::string> ModelFields::json() const {
  if (!whole.empty()) return text_of(whole);
  Body body;
  if (!parent.empty()) body.text("parentModelId", parent);
  if (!name.empty()) body.text("displayName", name);
  if (!context_window.empty()) body.raw("contextWindow", context_window);
  if (!max_tokens.empty()) body.raw("maxTokensPerRequest", max_tokens);
  if (!streaming.empty()) body.raw("supportsStreaming", streaming == "on" ? "true" : "false");
  if (disabled && enabled) {
    complain(wrong_usage, "--disabled and --enabled contradict each other", "say one of them");
    return std::nullopt;
  }
  if (disabled || enabled) body.raw("enabled", enabled ? "true" : "false");
  if (!prompt.empty()) {
    const auto text = text_or_file(prompt);
    if (!text) return std::nullopt;
    body.text("systemPrompt", *text);
  }
  if (!prompt_id.empty()) body.text("systemPromptId", prompt_id);
  if (!metadata.empty()) {
    const auto text = text_or_file(metadata);
    if (!text) return std::nullopt;
    const auto value = events::json::parse(*text);
    if (!value) {
      complain(wrong_usage, "--metadata is no JSON: " + value.error().detail, "quote it for your shell");
      return std::nullopt;
    }
    std::string compact;
    events::json::write(compact, *value);
    body.raw("metadata", compact);
  }
  for (const auto& field : unset)
    body.raw(field, "null");
  return body.json();
}

}  // namespace almanac::cli
