#include <iostream>
#include <memory>

#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;

int explain(const Session& session, const std::string& id) {
  const ClientRequest request{.path = "/v1/models/" + escaped(id),
                              .query = {{"expand[]", "parent"}, {"expand[]", "effective"}}};
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  if (!answer) return status;
  if (session.wants_json()) {
    print_json(answer->body);
    return done;
  }
  const auto model = json::parse(answer->body, {.bytes_max = std::size_t{16} << 20});
  const auto* effective = model ? model->find("effective") : nullptr;
  if (effective == nullptr) return complain(refused, "the answer explains nothing", "");
  std::cout << coloured(plain_text(shown(*model, "displayName")), "bold", session.terminal.colour) << "  "
            << shown(*model, "id") << "\n";
  if (const auto* parent = model->find("parent"); parent != nullptr && parent->kind == json::Kind::object) {
    std::cout << "built on " << plain_text(shown(*parent, "displayName")) << "  " << shown(*parent, "id")
              << "\n";
  }
  Table table({{"FIELD"}, {"VALUE", Table::Fit::shrink}, {"FROM"}, {"NOTE", Table::Fit::shrink}});
  for (const auto& [name, derived] : effective->members) {
    if (derived.kind != json::Kind::object) {
      table.add({name, shown(*effective, name)});
      continue;
    }
    const bool clamped = shown(derived, "clamped") == "true";
    table.add(
        {name, shown(derived, "value"), shown(derived, "layer"), clamped ? "cut to the parent's bound" : ""});
  }
  std::cout << table.text(session.terminal.width, session.terminal.colour);
  return done;
}

}  // namespace

void add_models_explain(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("explain", "Where each value of a model comes from");
  auto id = std::make_shared<std::string>();
  verb->add_option("id", *id, "The model")->required()->type_name("ID");
  add_client_options(*verb, session);
  verb->callback([&session, id] { session.run = [&session, id] { return explain(session, *id); }; });
}

}  // namespace almanac::cli
