#include "tests/log/support/killed_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace almanac::log::test {

Ended run_until_killed(const std::string& program, const std::vector<std::string>& arguments,
                       std::size_t lines_before_kill) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(program.c_str(), words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  Ended ended;
  FILE* output = ::fdopen(ends[0], "r");
  std::array<char, 300> line{};
  while (::fgets(line.data(), line.size(), output) != nullptr) {
    if (ended.lines.size() == lines_before_kill) ::kill(child, SIGKILL);
    ended.lines.emplace_back(line.data());
  }
  ::fclose(output);
  int status = 0;
  ::waitpid(child, &status, 0);
  ended.killed = WIFSIGNALED(status);
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

}  // namespace almanac::log::test
