#include <iostream>
#include <memory>

#include "services/cli/model_table.hpp"
#include "services/cli/verbs.hpp"
#include "services/cli/write_options.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;

struct Options {
  std::string id, at, message, replacement;
  bool dry_run = false, force = false;
  WriteOptions write;
};

/// What the answer warns of, to standard error: the replacement is worse in something.
void tell_warnings(const std::string& body) {
  const auto answer = json::parse(body, {.bytes_max = std::size_t{16} << 20});
  const auto* warnings = answer ? answer->find("warnings") : nullptr;
  if (warnings == nullptr) return;
  for (const auto& warning : warnings->items) {
    std::cerr << "warning: " << plain_text(shown(warning, "field")) << ": "
              << plain_text(shown(warning, "detail")) << "\n";
  }
}

int deprecate(const Session& session, const Options& options) {
  Body body;
  body.text("endOfLifeAt", options.at);
  if (!options.message.empty()) body.text("deprecationMessage", options.message);
  if (!options.replacement.empty()) body.text("replacementModelId", options.replacement);
  if (options.force) body.raw("force", "true");
  ClientRequest request{
      .method = "PUT", .path = "/v1/models/" + escaped(options.id) + "/deprecation", .body = body.json()};
  if (options.dry_run) request.query.emplace_back("dryRun", "true");
  options.write.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  if (!answer) return status;
  if (!session.wants_json()) tell_warnings(answer->body);
  return show_model(session, answer->body);
}

int restore(const Session& session, const Options& options) {
  ClientRequest request{.method = "DELETE", .path = "/v1/models/" + escaped(options.id) + "/deprecation"};
  options.write.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  return answer ? show_model(session, answer->body) : status;
}

}  // namespace

void add_models_deprecate(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("deprecate", "Schedules a model's end of life, or ends it now");
  auto options = std::make_shared<Options>();
  verb->add_option("id", options->id, "The model")->required()->type_name("ID");
  verb->add_option("--at", options->at, "When it ends, RFC 3339; the past ends it now")
      ->required()
      ->type_name("TIME");
  verb->add_option("--message", options->message, "What its users are told")->type_name("TEXT");
  verb->add_option("--replacement", options->replacement, "What to use instead")->type_name("ID");
  verb->add_flag("--dry-run", options->dry_run, "Show what would be, and change nothing");
  verb->add_flag("--force", options->force, "Sooner than policy.min_notice_days allows");
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return deprecate(session, *options); }; });
}

void add_models_restore(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("restore", "Takes an end of life back, before or after it");
  auto options = std::make_shared<Options>();
  verb->add_option("id", options->id, "The model")->required()->type_name("ID");
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return restore(session, *options); }; });
}

}  // namespace almanac::cli
