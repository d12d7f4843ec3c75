#pragma once
#include <string>
#include <vector>

namespace almanac::log::test {

struct Ended {
  std::vector<std::string>
      lines;            ///< of its standard output, those that it wrote before the signal reached it too
  bool killed = false;  ///< else it had ended by itself
  int status = 0;
};

/// Runs a program, kills it with SIGKILL when it has written so many lines, and waits for its end.
Ended run_until_killed(const std::string& program, const std::vector<std::string>& arguments,
                       std::size_t lines_before_kill);

}  // namespace almanac::log::test
