#include "services/cli/model_table.hpp"

#include <iostream>

namespace almanac::cli {

namespace json = events::json;

namespace {

std::string state_of(const json::Value& model) {
  const auto state = shown(model, "lifecycleState");
  const auto end = shown(model, "endOfLifeAt");
  return end.empty() ? state : state + " " + end.substr(0, 10);
}

}  // namespace

void PageOptions::add_to(CLI::App& verb) {
  verb.add_option("--limit", limit, "Rows of a page, 1 to 100 (20)")->check(CLI::Range(1, 100));
  verb.add_option("--cursor", cursor, "Where the page before ended")->type_name("CURSOR");
}

void PageOptions::add_to(ClientRequest& request) const {
  request.query.emplace_back("limit", std::to_string(limit));
  if (!cursor.empty()) request.query.emplace_back("cursor", cursor);
}

int show_page(const Session& session, const std::string& body, const std::string& verb) {
  const auto page = json::parse(body, {.bytes_max = std::size_t{64} << 20});
  const auto* items = page ? page->find("items") : nullptr;
  if (items == nullptr) return complain(refused, "the answer is no page of models", "");
  if (session.wants_json()) {
    print_json(body);
  } else if (items->items.empty()) {
    std::cerr << "nothing there\n";
  } else {
    using Fit = Table::Fit;
    Table table({{"ID"},
                 {"NAME", Fit::shrink},
                 {"PROVIDER", Fit::shrink},
                 {"STATE", Fit::shrink},
                 {"WINDOW", Fit::drop},
                 {"OUTPUT", Fit::drop},
                 {"TIER", Fit::drop},
                 {"CREDITS", Fit::drop}});
    for (const auto& item : items->items) {
      table.add({shown(item, "id"), shown(item, "displayName"), shown(item, "provider"), state_of(item),
                 shown(item, "contextWindow"), shown(item, "maxTokensPerRequest"), shown(item, "modelTier"),
                 shown(item, "creditMultiplier")});
    }
    std::cout << table.text(session.terminal.width, session.terminal.colour);
  }
  const auto next = shown(*page, "nextCursor");
  if (!next.empty() && !session.wants_json()) {
    std::cerr << "more: almanac " << verb << " --cursor " << next << "\n";
  }
  return done;
}

int show_model(const Session& session, const std::string& body) {
  if (session.wants_json()) {
    print_json(body);
    return done;
  }
  const auto model = json::parse(body, {.bytes_max = std::size_t{16} << 20});
  if (!model || model->kind != json::Kind::object) return complain(refused, "the answer is no model", "");
  Table table({{"FIELD"}, {"VALUE", Table::Fit::shrink}});
  for (const auto& [name, value] : model->members) {
    if (value.kind != json::Kind::null) table.add({name, shown(*model, name)});
  }
  std::cout << table.text(session.terminal.width, session.terminal.colour);
  return done;
}

}  // namespace almanac::cli
