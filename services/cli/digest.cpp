#include <iostream>

#include "events/hash.hpp"
#include "projections/store.hpp"
#include "services/cli/log_files.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

int digest(const Session& session) {
  const auto data = data_dir_of(session);
  if (!data) return wrong_usage;
  if (!std::filesystem::exists(*data / "read-models")) {
    return complain(refused, (*data / "read-models").string() + " is not there",
                    "`almanac rebuild` builds read models from the log");
  }
  const auto store = projections::Store::open(
      {.directory = *data / "read-models", .access = projections::Store::Access::beside});
  if (!store) return complain_of(store.error());
  const auto snapshot = (*store)->snapshot();
  const auto& applied = snapshot->applied();
  std::cout << R"({"position":)"
            << (applied.position ? "\"" + std::to_string(*applied.position) + "\"" : std::string("null"))
            << R"(,"hash":")" << events::hex(applied.hash) << R"(","version":)" << applied.version
            << R"(,"digest":")" << events::hex(projections::digest(*snapshot)) << "\"}\n";
  return done;
}

}  // namespace

void add_digest(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("digest", "Position, hash, version and digest of the read models, as JSON");
  add_file_options(*verb, session);
  verb->callback([&session] { session.run = [&session] { return digest(session); }; });
}

void add_rebuild(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("rebuild",
                                  "Builds the read models anew beside the present ones, compares, and swaps");
  verb->add_option("--output", session.output, "table or json")->check(CLI::IsMember({"table", "json"}));
  add_file_options(*verb, session);
  verb->callback([&session] {
    session.run = [&session] { return session.node.rebuild(session.node_settings, session.wants_json()); };
  });
}

}  // namespace almanac::cli
