// Makes argv[1] the data directory of a stopped node whose catalogue took in the real history of the LiteLLM
// map, each change at its own date. Prints how many events its log holds. For black-box suites.
#include <iostream>

#include "tests/cli/support/replay.hpp"

using namespace almanac::cli;

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const auto history = test::real_history();
  if (!history) {
    std::cerr << "the history of the LiteLLM map is not at ../shared/data\n";
    return 1;
  }
  test::Replay replay(history->front().at);
  for (const test::Snapshot& snapshot : *history)
    replay.take(snapshot);
  std::cout << replay.desk.events().size() << "\n";
  replay.leave_in(arguments[1]);
}
