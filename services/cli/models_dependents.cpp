#include <iostream>
#include <memory>

#include "services/cli/model_table.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;

struct Options {
  std::string id;
  PageOptions page;
};

int dependents(const Session& session, const Options& options) {
  ClientRequest request{.path = "/v1/models/" + escaped(options.id) + "/dependents"};
  options.page.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  if (!answer) return status;
  if (session.wants_json()) {
    print_json(answer->body);
    return done;
  }
  const auto page = json::parse(answer->body, {.bytes_max = std::size_t{16} << 20});
  const auto* items = page ? page->find("items") : nullptr;
  if (items == nullptr) return complain(refused, "the answer is no page of dependents", "");
  Table table({{"ID"},
               {"NAME", Table::Fit::shrink},
               {"ORGANIZATION", Table::Fit::shrink},
               {"OWN OVERRIDES", Table::Fit::shrink}});
  for (const auto& item : items->items) {
    std::string overrides;
    for (const auto& [name, value] : item.members) {
      if (name == "id" || name == "displayName" || name.starts_with("organization")) continue;
      if (value.kind == json::Kind::null) continue;
      overrides += (overrides.empty() ? "" : ", ") + name + " " + shown(item, name);
    }
    const auto organization = shown(item, "organizationId");
    table.add({shown(item, "id"), shown(item, "displayName"),
               organization.empty() ? shown(item, "organization") : organization, overrides});
  }
  if (!table.empty()) std::cout << table.text(session.terminal.width, session.terminal.colour);
  std::cerr << shown(*page, "count") << " in all\n";
  if (const auto next = shown(*page, "nextCursor"); !next.empty()) {
    std::cerr << "more: almanac models dependents " << options.id << " --cursor " << next << "\n";
  }
  return done;
}

}  // namespace

void add_models_dependents(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("dependents", "The user models that build on a system model");
  auto options = std::make_shared<Options>();
  verb->add_option("id", options->id, "The system model")->required()->type_name("ID");
  options->page.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return dependents(session, *options); }; });
}

}  // namespace almanac::cli
