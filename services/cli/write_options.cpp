#include "services/cli/write_options.hpp"

namespace almanac::cli {

void WriteOptions::add_to(CLI::App& verb) {
  verb.add_option("--reason", reason, "Why; kept in the event")->type_name("TEXT");
  verb.add_option("--idempotency-key", key, "The same key again gets the first answer again")
      ->type_name("KEY");
  verb.add_option("--if-match", if_match, "ETag; refused when the model has changed since")->type_name("TAG");
}

void WriteOptions::add_to(ClientRequest& request) const {
  request.headers.emplace_back("Idempotency-Key", key.empty() ? new_key() : key);
  if (!reason.empty()) request.headers.emplace_back("Almanac-Reason", reason);
  if (if_match.empty()) return;
  const bool quoted = if_match.starts_with('"') || if_match == "*";
  request.headers.emplace_back("If-Match", quoted ? if_match : "\"" + if_match + "\"");
}

void Body::raw(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ',';
  events::json::write_string(text_, name);
  text_ += ':';
  text_ += value;
}

void Body::text(std::string_view name, const std::string& value) {
  std::string in_json;
  events::json::write_string(in_json, value);
  raw(name, in_json);
}

}  // namespace almanac::cli
