#pragma once
#include "services/cli/program.hpp"

namespace almanac::node {

/// What the command line asks of a node: serve, config, rebuild, minting, and where its files are.
cli::NodeVerbs node_verbs();

}  // namespace almanac::node
