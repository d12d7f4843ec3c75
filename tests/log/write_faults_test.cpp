#include <gmock/gmock.h>

#include <cstdlib>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/faulty_files.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

struct Attempt {
  std::vector<Record> acknowledged;
  std::vector<Record> doubtful;
  bool failed = false;
};

/// Opens, claims and appends until something fails or twelve batches are in; a small memtable makes flushes
/// happen in between.
Attempt append_over(const std::filesystem::path& directory, rocksdb::Env& env) {
  Attempt attempt;
  auto log =
      EmbeddedLog::open({.directory = directory, .memtable_bytes = std::size_t{64} << 10, .env = &env});
  if (!log) return {{}, {}, true};
  const auto claim = (*log)->claim();
  if (!claim) return {{}, {}, true};
  Tip tip = tip_of(*claim);
  for (int i = 0; i < 12; ++i) {
    const auto batch = sample_batch(tip, claim->epoch, 30);
    const auto result = (*log)->append(claim->epoch, tip.next, batch);
    if (!std::holds_alternative<Committed>(result)) {
      attempt.doubtful = batch;
      attempt.failed = true;
      EXPECT_TRUE(std::holds_alternative<Unavailable>((*log)->append(claim->epoch, tip.next, batch)));
      EXPECT_FALSE((*log)->barrier());
      return attempt;
    }
    attempt.acknowledged.insert(attempt.acknowledged.end(), batch.begin(), batch.end());
    tip = *tip_behind(batch.back());
  }
  return attempt;
}

void expect_resolved(const std::filesystem::path& directory, const Attempt& attempt) {
  auto log = EmbeddedLog::open({.directory = directory});
  ASSERT_TRUE(log) << log.error().what;
  const auto entries = all_of(**log);
  const std::size_t sure = attempt.acknowledged.size();
  ASSERT_TRUE(entries.size() == sure || entries.size() == sure + attempt.doubtful.size()) << entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& written = i < sure ? attempt.acknowledged[i] : attempt.doubtful[i - sure];
    ASSERT_EQ(entries[i].record.bytes, written.bytes) << i;
  }
  EXPECT_TRUE(append_samples(**log, *(*log)->claim(), 1)) << "the disk is well again";
}

/// The nth write or sync fails, and all behind it: sampled here, every n in the campaign.
TEST(WriteFaults, a_failing_write_or_sync_ends_the_engine_and_loses_nothing_acknowledged) {
  const long step = std::getenv("ALMANAC_CAMPAIGN") != nullptr ? 1 : 13;
  for (const bool torn : {false, true}) {
    bool failed = true;
    long call = 0;
    for (; failed; call += step) {
      const TemporaryDirectory directory;
      const auto faults = std::make_shared<Faults>();
      faults->torn = torn;
      faults->calls_before_fault = call;
      const auto env = faulty_env(faults);
      const auto attempt = append_over(directory.path() / "log", *env);
      failed = faults->failed > 0;
      ASSERT_NO_FATAL_FAILURE(expect_resolved(directory.path() / "log", attempt)) << "call " << call;
    }
    EXPECT_GT(call, 40) << "the faults must have reached into the commits";
  }
}

TEST(WriteFaults, reads_go_on_after_a_failed_commit) {
  const TemporaryDirectory directory;
  const auto faults = std::make_shared<Faults>();
  const auto env = faulty_env(faults);
  auto log = *EmbeddedLog::open({.directory = directory.path() / "log", .env = env.get()});
  const auto claim = log->claim();
  ASSERT_TRUE(append_samples(*log, *claim, 4));
  faults->calls_before_fault = 0;
  const Tip tip = *tip_behind(all_of(*log).back().record);
  const auto result = log->append(claim->epoch, 4, sample_batch(tip, claim->epoch, 1));
  ASSERT_TRUE(std::holds_alternative<Unknown>(result));
  EXPECT_THAT(std::get<Unknown>(result).reason, testing::HasSubstr("the disk is full"));
  EXPECT_EQ(log->end(), 4U);
  EXPECT_EQ(log->read(0, 10)->size(), 4U);
  faults->calls_before_fault = -1;
  EXPECT_FALSE(append_samples(*log, *claim, 1)) << "no retry, though the disk would take it";
}

TEST(WriteFaults, a_batch_over_the_bound_is_too_large_and_leaves_no_trace) {
  const TemporaryDirectory directory;
  auto log = *EmbeddedLog::open({.directory = directory.path() / "log", .batch_bytes_max = 2000});
  const auto claim = log->claim();
  const auto result = log->append(claim->epoch, 0, sample_batch({}, claim->epoch, 20));
  ASSERT_TRUE(std::holds_alternative<TooLarge>(result));
  EXPECT_EQ(std::get<TooLarge>(result).bytes_max, 2000U);
  EXPECT_EQ(log->end(), 0U);
  EXPECT_TRUE(append_samples(*log, *claim, 2));
}

}  // namespace
}  // namespace almanac::log::test
