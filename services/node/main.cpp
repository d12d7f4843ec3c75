#include "services/cli/program.hpp"
#include "services/node/node_verbs.hpp"

int main(int argc, char** argv) {
  return almanac::cli::run(argc, argv, almanac::node::node_verbs());
}
