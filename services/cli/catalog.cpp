#include <memory>

#include "services/cli/model_table.hpp"
#include "services/cli/verbs.hpp"
#include "services/cli/write_options.hpp"

namespace almanac::cli {
namespace {

struct ListOptions {
  PageOptions page;
  std::string state, provider, tier, q;
};

int list(const Session& session, const ListOptions& options) {
  ClientRequest request{.path = "/v1/models/catalog"};
  options.page.add_to(request);
  for (const auto& [name, value] : {std::pair{"lifecycleState", options.state},
                                    {"provider", options.provider},
                                    {"modelTier", options.tier},
                                    {"q", options.q}}) {
    if (!value.empty()) request.query.emplace_back(name, value);
  }
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  return answer ? show_page(session, answer->body, "catalog list") : status;
}

struct CreateOptions {
  std::string file;
  WriteOptions write;
};

int create(const Session& session, const CreateOptions& options) {
  const auto body = text_of(options.file);
  if (!body) return wrong_usage;
  ClientRequest request{.method = "POST", .path = "/v1/models/catalog", .body = *body};
  options.write.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  return answer ? show_model(session, answer->body) : status;
}

void add_list(CLI::App& catalog, Session& session) {
  auto* verb = catalog.add_subcommand("list", "System models: recommended first, then by name");
  auto options = std::make_shared<ListOptions>();
  options->page.add_to(*verb);
  verb->add_option("--state", options->state, "active, deprecated, disabled or end_of_life")
      ->check(CLI::IsMember({"active", "deprecated", "disabled", "end_of_life"}));
  verb->add_option("--provider", options->provider, "Only those of a provider")->type_name("TEXT");
  verb->add_option("--tier", options->tier, "standard or premium")
      ->check(CLI::IsMember({"standard", "premium"}));
  verb->add_option("-q,--query", options->q, "Part of a name")->type_name("TEXT");
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return list(session, *options); }; });
}

void add_create(CLI::App& catalog, Session& session) {
  auto* verb = catalog.add_subcommand("create", "A new system model");
  auto options = std::make_shared<CreateOptions>();
  verb->add_option("--json", options->file, "Its fields")->required()->type_name("FILE|-");
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return create(session, *options); }; });
}

}  // namespace

void add_catalog(CLI::App& app, Session& session) {
  auto* catalog = app.add_subcommand("catalog", "The system models that everyone builds on");
  catalog->require_subcommand(1);
  add_list(*catalog, session);
  add_create(*catalog, session);
  add_catalog_import(*catalog, session);
  add_catalog_revert(*catalog, session);
}

}  // namespace almanac::cli
