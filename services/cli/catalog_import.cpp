#include <iostream>
#include <memory>

#include "events/decimal.hpp"
#include "services/cli/import_rows.hpp"
#include "services/cli/verbs.hpp"
#include "services/cli/write_options.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;
constexpr std::size_t answer_bytes_max = std::size_t{256} << 20;

struct Options {
  std::string file, format = "almanac", expected_position, credit, premium_from;
  bool apply = false, strict = false;
  LitellmRules rules;
  WriteOptions write;
};

bool read_decimal(const std::string& text, std::int64_t& millionths, const char* option) {
  if (text.empty()) return true;
  const auto decimal = events::Multiplier::parse(text);
  if (!decimal || decimal->millionths == 0) {
    complain(wrong_usage, std::string(option) + " " + text + " is no decimal over 0", "");
    return false;
  }
  millionths = decimal->millionths;
  return true;
}

/// One request, atomic: all rows or, by a kill or a refusal, none.
std::optional<json::Value> post(const Session& session, const Options& options, const ImportRows& rows,
                                bool apply, int& status, std::string* bytes = nullptr) {
  std::string body = std::string(R"({"mode":")") + (apply ? "apply" : "plan") + R"(","rows":[)";
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (i > 0) body += ',';
    json::write(body, rows.rows[i]);
  }
  body += ']';
  if (!options.expected_position.empty()) {
    body += R"(,"expectedPosition":")" + options.expected_position + "\"";
  }
  ClientRequest request{.method = "POST", .path = "/v1/models/catalog/imports", .body = body + "}"};
  options.write.add_to(request);
  Progress progress(session.terminal.err);
  const char* const doing = apply ? "applying" : "planning";
  Client client = client_of(session);
  client.on_upload([&](std::size_t sent, std::size_t all) {
    if (sent < all) {
      progress.bar(sent, all, "sending");
    } else {
      progress.say(std::string(doing) + " " + std::to_string(rows.rows.size()) + " rows");
    }
  });
  const auto answer = ask(client, request, status);
  progress.clear();
  if (!answer) return std::nullopt;
  auto value = json::parse(answer->body, {.bytes_max = answer_bytes_max});
  if (!value) {
    status = complain(refused, "the answer is no JSON: " + value.error().detail, "");
    return std::nullopt;
  }
  if (bytes != nullptr) *bytes = answer->body;
  return std::move(*value);
}

int import(const Session& session, Options& options) {
  if (!read_decimal(options.credit, options.rules.credit_millionths, "--credit-dollars") ||
      !read_decimal(options.premium_from, options.rules.premium_from_millionths, "--premium-from")) {
    return wrong_usage;
  }
  const auto text = text_of(options.file);
  if (!text) return wrong_usage;
  auto rows = options.format == "litellm" ? import_rows_of_litellm(*text, options.rules) : import_rows(*text);
  if (!rows)
    return complain(wrong_usage, options.file + ": " + rows.error(), "Run `almanac catalog import --help`");
  int status = done;
  if (options.format == "litellm") {
    std::cerr << "rule: " << options.rules.text() << "\n";
  }
  std::string bytes;
  const auto answer = post(session, options, *rows, options.apply, status, &bytes);
  if (!answer) return status;
  const auto whole = with_held_back(*answer, rows->places, rows->held_back);
  if (!session.wants_json()) {
    show_verdicts(session, whole);
    if (!options.apply) std::cerr << "a plan: nothing was written; --apply writes it\n";
  } else if (rows->held_back.empty()) {
    print_json(bytes);
  } else {
    std::string out;
    json::write(out, whole);
    print_json(out);
  }
  return options.strict && rejected_in(whole) > 0 ? refused : done;
}

int revert(const Session& session, const std::string& batch, const WriteOptions& write) {
  ClientRequest request{.method = "POST", .path = "/v1/models/catalog/imports/" + escaped(batch) + "/revert"};
  write.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  if (!answer) return status;
  const auto value = json::parse(answer->body, {.bytes_max = answer_bytes_max});
  if (session.wants_json() || !value) {
    print_json(answer->body);
  } else {
    show_verdicts(session, *value);
  }
  return done;
}

}  // namespace

void add_catalog_import(CLI::App& catalog, Session& session) {
  auto* verb = catalog.add_subcommand("import", "Plans an import of system models, or applies it");
  auto options = std::make_shared<Options>();
  verb->add_option("file", options->file, "What to import; - is standard input")
      ->required()
      ->type_name("FILE");
  verb->add_option("--format", options->format,
                   "almanac: a JSON array or lines of rows; litellm: its model map")
      ->check(CLI::IsMember({"almanac", "litellm"}));
  verb->add_flag("--apply", options->apply, "Write it; without, only a plan is shown");
  verb->add_flag("--strict", options->strict, "Exit with 1 when a row was rejected");
  verb->add_option("--expected-position", options->expected_position,
                   "Refuse when the catalogue changed since")
      ->type_name("POSITION");
  verb->add_option("--credit-dollars", options->credit,
                   "litellm: dollars a million output tokens of 1 credit (1)")
      ->type_name("DECIMAL");
  verb->add_option("--premium-from", options->premium_from, "litellm: multiplier of premium models (15)")
      ->type_name("DECIMAL");
  verb->add_flag("--confirm-prices", options->rules.confirm, "litellm: jumps of a price are meant");
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return import(session, *options); }; });
}

void add_catalog_revert(CLI::App& catalog, Session& session) {
  auto* verb =
      catalog.add_subcommand("revert", "Undoes what an import changed and nothing that changed since");
  auto options = std::make_shared<std::pair<std::string, WriteOptions>>();
  verb->add_option("batch", options->first, "The import's batch id")->required()->type_name("BATCH");
  options->second.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback([&session, options] {
    session.run = [&session, options] { return revert(session, options->first, options->second); };
  });
}

}  // namespace almanac::cli
