#include <iostream>
#include <memory>

#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;

struct Options {
  std::string id, from, to;
};

void add_row(Table& table, const json::Value& rate) {
  const std::string credits = shown(rate, "creditMultiplier");
  table.add({shown(rate, "from"), shown(rate, "to"), credits.empty() ? "unpriced" : credits,
             shown(rate, "modelTier"), shown(rate, "lifecycleState"), shown(rate, "provider"),
             shown(rate, "modelName"), shown(rate, "sequence")});
}

/// All pages: as the service's JSON, one a line, or as one table.
int rates(const Session& session, const Options& options) {
  using Fit = Table::Fit;
  Table table({{"FROM"},
               {"TO"},
               {"CREDITS"},
               {"TIER"},
               {"STATE"},
               {"PROVIDER", Fit::drop},
               {"MODEL", Fit::shrink},
               {"SEQUENCE", Fit::drop}});
  std::string cursor, complete_through;
  for (bool more = true; more;) {
    ClientRequest request{
        .path = "/v1/billing/rates",
        .query = {{"modelId", options.id}, {"from", options.from}, {"to", options.to}, {"limit", "100"}}};
    if (!cursor.empty()) request.query.emplace_back("cursor", cursor);
    int status = done;
    const auto answer = ask(client_of(session), request, status);
    if (!answer) return status;
    const auto page = json::parse(answer->body, {.bytes_max = std::size_t{16} << 20});
    const auto* items = page ? page->find("items") : nullptr;
    if (items == nullptr) return complain(refused, "the answer is no page of rates", "");
    if (session.wants_json()) print_json(answer->body);
    for (const json::Value& rate : items->items)
      add_row(table, rate);
    // What the first page says holds for all of them.
    if (complete_through.empty()) complete_through = shown(*page, "completeThrough");
    more = shown(*page, "hasMore") == "true";
    cursor = shown(*page, "nextCursor");
  }
  if (session.wants_json()) return done;
  if (table.empty())
    std::cerr << "no such model for you, or not in that period\n";
  else
    std::cout << table.text(session.terminal.width, session.terminal.colour);
  std::cerr << "nothing before " << complete_through << " will ever change\n";
  return done;
}

}  // namespace

void add_billing(CLI::App& app, Session& session) {
  auto* billing = app.add_subcommand("billing", "What models cost");
  billing->require_subcommand(1);
  auto* verb = billing->add_subcommand("rates", "What a model cost when, as intervals");
  auto options = std::make_shared<Options>();
  verb->add_option("id", options->id, "The model, also a deleted one")->required()->type_name("ID");
  verb->add_option("--from", options->from, "Where the period begins, as RFC 3339 has it")
      ->required()
      ->type_name("TIME");
  verb->add_option("--to", options->to, "Where it ends, exclusive; may lie ahead")
      ->required()
      ->type_name("TIME");
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return rates(session, *options); }; });
}

}  // namespace almanac::cli
