#include <iostream>

#include "services/node/build.hpp"
#include "services/node/node.hpp"
#include "services/node/setting_rules.hpp"

namespace almanac::node {

namespace {
constexpr int exit_fault = 1;
constexpr int exit_usage = 2;
}  // namespace

int serve(const std::vector<std::string>& arguments) {
  const Asked asked = gather_settings(arguments, own_environment());
  if (asked.help) {
    std::cout << settings_help();
    return 0;
  }
  Signals signals;  // before any thread
  auto settings = read_settings(asked, this_machine());
  if (!settings) {
    std::cerr << "almanac: the configuration is refused:\n";
    for (const auto& fault : settings.error())
      std::cerr << "  " << fault.text() << "\n";
    return exit_usage;
  }
  settings->arguments = arguments;
  Logger logger(log_level_named(settings->log.level), settings->log.json ? LogFormat::json : LogFormat::text);
  logger.info("starting", {{"version", version()}, {"commit", commit()}, {"engine", settings->log.engine}});
  auto node = Node::start(std::move(*settings), logger, signals);
  if (!node) {
    logger.error("cannot start: " + node.error().what, {{"mend", node.error().mend}});
    return exit_fault;
  }
  return (*node)->run();
}

}  // namespace almanac::node
