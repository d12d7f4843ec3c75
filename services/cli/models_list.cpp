#include <memory>

#include "services/cli/model_table.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

struct Options {
  PageOptions page;
  std::string state, enabled, parent, q;
};

int list(const Session& session, const Options& options) {
  ClientRequest request{.path = "/v1/models"};
  options.page.add_to(request);
  for (const auto& [name, value] : {std::pair{"lifecycleState", options.state},
                                    {"enabled", options.enabled},
                                    {"parentModelId", options.parent},
                                    {"q", options.q}}) {
    if (!value.empty()) request.query.emplace_back(name, value);
  }
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  return answer ? show_page(session, answer->body, "models list") : status;
}

int get(const Session& session, const std::string& id) {
  int status = done;
  const auto answer = ask(client_of(session), {.path = "/v1/models/" + escaped(id)}, status);
  return answer ? show_model(session, answer->body) : status;
}

}  // namespace

void add_models(CLI::App& app, Session& session) {
  auto* models = app.add_subcommand("models", "An organization's models");
  models->require_subcommand(1);
  add_models_list(*models, session);
  add_models_get(*models, session);
  add_models_create(*models, session);
  add_models_update(*models, session);
  add_models_delete(*models, session);
  add_models_deprecate(*models, session);
  add_models_restore(*models, session);
  add_models_dependents(*models, session);
  add_models_explain(*models, session);
  add_models_history(*models, session);
}

void add_models_list(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("list", "The organization's models, newest first");
  auto options = std::make_shared<Options>();
  options->page.add_to(*verb);
  verb->add_option("--state", options->state, "active, deprecated, disabled or end_of_life")
      ->check(CLI::IsMember({"active", "deprecated", "disabled", "end_of_life"}));
  verb->add_option("--enabled", options->enabled, "Only enabled ones, or only others")
      ->check(CLI::IsMember({"true", "false"}));
  verb->add_option("--parent", options->parent, "Only those of a system model")->type_name("ID");
  verb->add_option("-q,--query", options->q, "Part of a name")->type_name("TEXT");
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return list(session, *options); }; });
}

void add_models_get(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("get", "One model, own or of the catalogue");
  auto id = std::make_shared<std::string>();
  verb->add_option("id", *id, "The model")->required()->type_name("ID");
  add_client_options(*verb, session);
  verb->callback([&session, id] { session.run = [&session, id] { return get(session, *id); }; });
}

}  // namespace almanac::cli
