#include "services/cli/verbs.hpp"

namespace almanac::cli {

/// Here for the help alone: `run` hands `serve` and all behind it to the node.
void add_serve(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("serve", "Runs a node; its --help shows every setting");
  verb->prefix_command();
  verb->callback(
      [&session, verb] { session.run = [&session, verb] { return session.node.serve(verb->remaining()); }; });
}

/// Likewise.
void add_config(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("config", "print: every setting with its source; check: only the faults");
  verb->prefix_command();
  verb->callback([&session, verb] {
    session.run = [&session, verb] { return session.node.config(verb->remaining()); };
  });
}

}  // namespace almanac::cli
