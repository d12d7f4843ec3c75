#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "events/log/embedded_log.hpp"
#include "events/log/read_only_log.hpp"
#include "events/log/verify.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// A log as a killed process leaves it: some records in a table, some in the WAL, one commit behind the
/// other.
class KilledLog {
 public:
  KilledLog() {
    {
      auto log = *EmbeddedLog::open({.directory = directory_.path() / "log"});
      const auto claim = log->claim();
      for (int i = 0; i < 6; ++i)
        append_samples(*log, *claim, 2);
    }
    auto log = *EmbeddedLog::open({.directory = directory_.path() / "log"});
    const auto claim = log->claim();
    for (int i = 0; i < 6; ++i)
      append_samples(*log, *claim, 3);
    entries_ = all_of(*log);
    fs::copy(directory_.path() / "log", path(), fs::copy_options::recursive);
  }

  fs::path path() const { return directory_.path() / "killed"; }
  const std::vector<Entry>& entries() const { return entries_; }

  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& item : fs::recursive_directory_iterator(path())) {
      if (item.is_regular_file()) found.push_back(fs::relative(item.path(), path()));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  /// The one WAL with records in it.
  fs::path wal() const {
    const auto all = files();
    return *std::max_element(all.begin(), all.end(), [&](const fs::path& a, const fs::path& b) {
      const auto weight = [&](const fs::path& file) {
        return file.extension() == ".log" ? fs::file_size(path() / file) : 0;
      };
      return weight(a) < weight(b);
    });
  }

 private:
  TemporaryDirectory directory_;
  std::vector<Entry> entries_;
};

enum class Outcome { refused, harmless, seen_by_readers, undetected };

/// What the engine and then a reader make of a damaged copy.
Outcome outcome_of(const fs::path& damaged, const std::vector<Entry>& expected) {
  auto log = EmbeddedLog::open({.directory = damaged});
  if (!log) return Outcome::refused;
  const auto entries = (*log)->read(0, expected.size() + 10);
  if (!entries) return Outcome::seen_by_readers;
  if (same(*entries, expected)) return Outcome::harmless;
  Chain chain;
  const bool whole = std::all_of(entries->begin(), entries->end(), [&](const Entry& entry) {
    return chain.take(entry.record).verdict == Verdict::fold;
  });
  return whole ? Outcome::undetected : Outcome::seen_by_readers;
}

/// What `verify` makes of it, which never opens it for writing.
Outcome verdict_on(const fs::path& damaged, const std::vector<Entry>& expected) {
  const auto log = ReadOnlyLog::open(damaged);
  if (!log) return Outcome::refused;
  RecordsSource source(**log);
  if (!verify(source)) return Outcome::seen_by_readers;
  return same(all_of(**log), expected) ? Outcome::harmless : Outcome::undetected;
}

/// Flips single bits of a killed log's files, each in a fresh copy: `flips_a_file` spread over each file, or
/// every bit with ALMANAC_CAMPAIGN=1. Counts what `judge` makes of them.
template <typename Judge>
std::map<Outcome, int> flip_bits(std::size_t flips_a_file, Judge judge) {
  const KilledLog killed;
  EXPECT_EQ(killed.entries().size(), 30U);
  std::map<Outcome, int> counts;
  for (const auto& file : killed.files()) {
    const std::string bytes = bytes_of(killed.path() / file);
    const std::size_t bits = bytes.size() * 8;
    const bool campaign = std::getenv("ALMANAC_CAMPAIGN") != nullptr;
    const std::size_t stride = campaign ? 1 : std::max<std::size_t>(1, bits / flips_a_file) | 1;
    for (std::size_t bit = 0; bit < bits; bit += stride) {
      const TemporaryDirectory copy;
      fs::copy(killed.path(), copy.path() / "log", fs::copy_options::recursive);
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      write_bytes(copy.path() / "log" / file, flipped);
      const auto outcome = judge(copy.path() / "log", killed.entries());
      ++counts[outcome];
      EXPECT_NE(outcome, Outcome::undetected) << file << " bit " << bit;
    }
  }
  std::cout << "refused " << counts[Outcome::refused] << ", seen by readers "
            << counts[Outcome::seen_by_readers] << ", harmless " << counts[Outcome::harmless] << "\n";
  return counts;
}

TEST(FlippedBits, every_single_one_in_a_logs_files_is_found_or_harmless) {
  auto counts = flip_bits(40, outcome_of);
  EXPECT_GT(counts[Outcome::refused], 0);
  EXPECT_GT(counts[Outcome::harmless], 0);
}

TEST(FlippedBits, every_single_one_is_found_by_verify_or_harmless) {
  auto counts = flip_bits(20, verdict_on);
  EXPECT_GT(counts[Outcome::refused], 0);
  EXPECT_GT(counts[Outcome::harmless], 0);
}

/// dependencies.md, RocksDB: Debian's build asserts on this bit before it looks at the block's checksum.
TEST(FlippedBits, in_a_tables_properties_do_not_abort_the_process) {
  const KilledLog killed;
  const auto files = killed.files();
  const auto table = std::find_if(files.begin(), files.end(),
                                  [](const fs::path& file) { return file.extension() == ".sst"; });
  ASSERT_NE(table, files.end());
  const std::string bytes = bytes_of(killed.path() / *table);
  for (std::size_t from_end = 54; from_end < 160; ++from_end) {
    const TemporaryDirectory copy;
    fs::copy(killed.path(), copy.path() / "log", fs::copy_options::recursive);
    std::string flipped = bytes;
    flipped[bytes.size() - from_end] = static_cast<char>(flipped[bytes.size() - from_end] ^ 0x80);
    write_bytes(copy.path() / "log" / *table, flipped);
    EXPECT_EQ(outcome_of(copy.path() / "log", killed.entries()), Outcome::refused) << from_end;
  }
}

/// A power cut tears what was not synced: the WAL may end anywhere behind the last acknowledged commit.
TEST(TornTails, every_length_of_the_wal_is_recovered_or_refused_and_nothing_acknowledged_is_lost_silently) {
  const KilledLog killed;
  const fs::path wal = killed.wal();
  const std::string bytes = bytes_of(killed.path() / wal);
  ASSERT_GT(bytes.size(), 1000U);
  const std::size_t stride = std::getenv("ALMANAC_CAMPAIGN") != nullptr ? 1 : bytes.size() / 60 + 1;
  int refused = 0;
  for (std::size_t length = 0; length < bytes.size(); length += stride) {
    const TemporaryDirectory copy;
    fs::copy(killed.path(), copy.path() / "log", fs::copy_options::recursive);
    write_bytes(copy.path() / "log" / wal, bytes.substr(0, length));
    auto log = EmbeddedLog::open({.directory = copy.path() / "log"});
    ASSERT_FALSE(log) << "a WAL of " << length << " bytes of " << bytes.size();
    EXPECT_THAT(log.error().what, testing::HasSubstr("need 29"));
    ++refused;

    // Without the witness, as when the power went before `end` reached the disk: a prefix of whole batches.
    fs::remove(copy.path() / "log" / "end");
    log = EmbeddedLog::open({.directory = copy.path() / "log"});
    ASSERT_TRUE(log) << log.error().what;
    const auto left = all_of(**log);
    EXPECT_EQ(left.size() % 3, 0U) << "a batch is whole or not there";
    EXPECT_TRUE(same(left, {killed.entries().begin(),
                            killed.entries().begin() + static_cast<std::ptrdiff_t>(left.size())}));
    EXPECT_TRUE(append_samples(**log, *(*log)->claim(), 1));
  }
  EXPECT_GT(refused, 10);
}

/// A commit that was being written when the power went: the head of a record, or blocks that were never
/// filled.
TEST(TornTails, half_a_record_or_zeros_behind_the_last_commit_are_dropped_and_the_log_goes_on) {
  const KilledLog killed;
  const fs::path wal = killed.wal();
  const std::string bytes = bytes_of(killed.path() / wal);
  ASSERT_GT(bytes.size(), 1000U);
  std::vector<std::string> tails{std::string(1, '\0'), std::string(4096, '\0'), std::string(40000, '\0')};
  for (const std::size_t length : {1U, 6U, 7U, 8U, 20U})
    tails.push_back(bytes.substr(0, length));
  for (const auto& tail : tails) {
    const TemporaryDirectory copy;
    fs::copy(killed.path(), copy.path() / "log", fs::copy_options::recursive);
    write_bytes(copy.path() / "log" / wal, bytes + tail);
    auto log = EmbeddedLog::open({.directory = copy.path() / "log"});
    ASSERT_TRUE(log) << tail.size() << ": " << log.error().what;
    EXPECT_TRUE(same(all_of(**log), killed.entries()));
    EXPECT_TRUE(append_samples(**log, *(*log)->claim(), 1));
  }
}

}  // namespace
}  // namespace almanac::log::test
