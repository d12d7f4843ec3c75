#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"
#include "events/log/import.hpp"
#include "tests/log/support/killed_program.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;

struct Acknowledged {
  Position position = 0;
  std::string hash;
};

std::vector<Acknowledged> acknowledged_in(const std::vector<std::string>& lines) {
  std::vector<Acknowledged> promises;
  for (const auto& line : lines) {
    std::istringstream words(line);
    Acknowledged promise;
    if (words >> promise.position >> promise.hash && promise.hash.size() == 64) promises.push_back(promise);
  }
  return promises;
}

TEST(Kill, at_any_moment_loses_nothing_acknowledged) {
  const TemporaryDirectory directory;
  const int cycles = std::getenv("ALMANAC_CAMPAIGN") != nullptr ? 200 : 20;
  std::mt19937 random(20261125);
  std::uniform_int_distribution<std::size_t> lines(0, 150);
  std::size_t acknowledged = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    // Every seventh dies while it opens or claims.
    const std::size_t kill_at = cycle % 7 == 0 ? static_cast<std::size_t>(cycle % 3) : lines(random);
    const auto ended = run_until_killed(ALMANAC_LOG_APPENDER, {directory.path() / "log"}, kill_at);
    ASSERT_TRUE(ended.killed) << "the appender ended by itself with " << ended.status;
    const auto promises = acknowledged_in(ended.lines);
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
  std::cout << cycles << " kills, " << acknowledged << " batches acknowledged, none lost\n";
}

TEST(Kill, during_an_import_leaves_the_whole_log_or_none) {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "log.jsonl";
  {
    const auto log = *EmbeddedLog::open({.directory = directory.path() / "source"});
    const auto claim = *log->claim();
    ASSERT_TRUE(append_samples(*log, claim, 300));
    RecordsSource source(*log);
    ASSERT_TRUE(export_file(source, file));
  }
  const fs::path target = directory.path() / "log";
  for (const std::size_t kill_at : {0U, 1U, 150U, 297U, 298U, 299U, 299U, 299U}) {
    run_until_killed(ALMANAC_LOG_IMPORTER, {file, target}, kill_at);
    if (!fs::exists(target)) continue;
    const auto log = EmbeddedLog::open({.directory = target});
    ASSERT_TRUE(log) << log.error().what;
    ASSERT_EQ((*log)->end(), 301U) << "half an import after a kill at line " << kill_at;
    ASSERT_EQ((*log)->log_id(), sample_copy_id) << "a copy without an id of its own";
    fs::remove_all(target);
  }
  std::ifstream in(file);
  ExportSource source(in, "log.jsonl");
  EXPECT_TRUE(import_directory(target, source, Unsealed::accept_a_copy, [](const Tip&, Epoch) {
    return copy_claimed();
  })) << "what the killed ones left is no hindrance";
}

}  // namespace
}  // namespace almanac::log::test
