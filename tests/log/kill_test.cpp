#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <sstream>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

struct Acknowledged {
  Position position = 0;
  std::string hash;
};

/// Runs the appender, kills it after so many lines of its report, and returns every promise that came out,
/// those that it wrote before the signal reached it included.
std::vector<Acknowledged> append_until_killed(const std::filesystem::path& directory, int lines_before_kill) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(ALMANAC_LOG_APPENDER, ALMANAC_LOG_APPENDER, directory.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::vector<Acknowledged> acknowledged;
  FILE* report = ::fdopen(ends[0], "r");
  char line[200];
  for (int lines = 0; ::fgets(line, sizeof line, report) != nullptr; ++lines) {
    if (lines == lines_before_kill) ::kill(child, SIGKILL);
    std::istringstream words(line);
    Acknowledged promise;
    if (words >> promise.position >> promise.hash && promise.hash.size() == 64)
      acknowledged.push_back(promise);
  }
  ::fclose(report);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the appender ended by itself with " << WEXITSTATUS(status);
  return acknowledged;
}

TEST(Kill, at_any_moment_loses_nothing_acknowledged) {
  const TemporaryDirectory directory;
  const int cycles = std::getenv("ALMANAC_CAMPAIGN") != nullptr ? 200 : 20;
  std::mt19937 random(20261125);
  std::uniform_int_distribution<int> lines(0, 150);
  std::size_t acknowledged = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const auto promises =
        append_until_killed(directory.path() / "log", cycle % 7 == 0 ? cycle % 3 : lines(random));
    acknowledged += promises.size();

    auto log = EmbeddedLog::open({.directory = directory.path() / "log"});
    ASSERT_TRUE(log) << log.error().what;
    const auto entries = all_of(**log);
    Chain chain;
    for (const auto& entry : entries)
      ASSERT_EQ(chain.take(entry.record).verdict, Verdict::fold);
    for (const auto& promise : promises) {
      ASSERT_LT(promise.position, entries.size()) << "acknowledged and lost";
      ASSERT_EQ(events::hex(entries[promise.position].record.hash), promise.hash)
          << "acknowledged and altered";
    }
  }
  EXPECT_GT(acknowledged, 100U);
}

}  // namespace
}  // namespace almanac::log::test
