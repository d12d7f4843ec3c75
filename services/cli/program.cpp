#include "services/cli/program.hpp"

#include <iostream>

#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

void add_verbs(CLI::App& app, Session& session) {
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "What there is");
  app.set_version_flag("--version", session.node.version_line);
  app.get_formatter()->column_width(36);
  add_serve(app, session);
  add_token(app, session);
  add_models(app, session);
  add_catalog(app, session);
  add_events(app, session);
  add_billing(app, session);
  add_verify(app, session);
  add_digest(app, session);
  add_rebuild(app, session);
  add_log(app, session);
  add_config(app, session);
  add_completion(app, session);
  app.footer(
      "Exit status: 0 done, 1 the service said no or a check failed, 2 wrong usage, 3 unreachable.\n"
      "Every verb has --help; `man almanac` tells the rest.");
}

/// The verb whose words come first in what was typed, for `Run almanac … --help`.
std::string verb_named(const CLI::App& app) {
  std::string name = "almanac";
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    name += " " + at->get_name();
  }
  return name;
}

/// CLI11 says that a verb is missing also where an unknown one was typed.
std::string missing(const CLI::App& app, const CLI::RequiredError& error) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty())
    at = at->get_subcommands().front();
  const auto left = at->remaining();
  if (at->get_subcommands({}).empty() || left.empty()) return error.what();
  return "there is no verb `" + left.front() + "` here";
}

}  // namespace

int run(int argc, const char* const* argv, const NodeVerbs& node) {
  // These two hand everything behind them to the node's own settings, which CLI11 must not judge.
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.front() == "serve") {
    return node.serve({arguments.begin() + 1, arguments.end()});
  }
  if (!arguments.empty() && arguments.front() == "config") {
    return node.config({arguments.begin() + 1, arguments.end()});
  }
  Session session{.node = node, .terminal = this_terminal()};
  CLI::App app("The registry of record for AI model configurations", "almanac");
  add_verbs(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked, std::cout, std::cerr);
  } catch (const CLI::RequiredError& error) {
    return complain(wrong_usage, missing(app, error), "Run `" + verb_named(app) + " --help`");
  } catch (const CLI::ParseError& error) {
    return complain(wrong_usage, error.what(), "Run `" + verb_named(app) + " --help`");
  }
  return session.run ? session.run() : wrong_usage;
}

}  // namespace almanac::cli
