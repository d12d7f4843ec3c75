#include <iostream>
#include <memory>

#include "services/cli/event_lines.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;

struct Options {
  std::string id;
  bool with_parents = false;
};

int history(const Session& session, const Options& options) {
  std::string cursor;
  for (;;) {
    ClientRequest request{.path = "/v1/models/" + escaped(options.id) + "/events",
                          .query = {{"limit", "100"}}};
    if (options.with_parents) request.query.emplace_back("expand[]", "parent");
    if (!cursor.empty()) request.query.emplace_back("cursor", cursor);
    int status = done;
    const auto answer = ask(client_of(session), request, status);
    if (!answer) return status;
    const auto page = json::parse(answer->body, {.bytes_max = std::size_t{64} << 20});
    const auto* items = page ? page->find("items") : nullptr;
    if (items == nullptr) return complain(refused, "the answer is no page of events", "");
    for (const json::Value& event : items->items) {
      std::string line;
      if (session.wants_json())
        json::write(line, event);
      else
        line = event_line(event);
      std::cout << line << "\n";
    }
    if (shown(*page, "hasMore") != "true") return done;
    cursor = shown(*page, "nextCursor");
  }
}

}  // namespace

void add_models_history(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("history", "Who changed what in a model, when and why, oldest first");
  auto options = std::make_shared<Options>();
  verb->add_option("id", options->id, "The model, also a deleted one")->required()->type_name("ID");
  verb->add_flag("--parents", options->with_parents, "With the events of the system models it stood on");
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return history(session, *options); }; });
}

}  // namespace almanac::cli
