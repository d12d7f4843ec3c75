#pragma once
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "events/log/log.hpp"
#include "services/node/logging.hpp"
#include "services/node/settings.hpp"
#include "services/node/signals.hpp"

namespace almanac::node {

/// A running node: its parts made in the order of the data's way, and gone in the reverse.
class Node {
 public:
  /// Opens the files, folds the log to its end, claims it and serves. The logger and the signals outlive it.
  static tl::expected<std::unique_ptr<Node>, log::Failure> start(Settings settings, Logger& logger,
                                                                 Signals& signals);
  /// Waits for SIGTERM or SIGINT, obeying SIGHUP meanwhile, then stops. The exit status.
  int run();
  ~Node();

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// `almanac serve`: settings to exit status.
int serve(const std::vector<std::string>& arguments);

}  // namespace almanac::node
