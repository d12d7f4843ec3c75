#include "events/log/verify.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "events/log/embedded_log.hpp"
#include "events/log/read_only_log.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Records as given, at the positions that they are given at.
class GivenSource final : public Source {
 public:
  explicit GivenSource(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  tl::expected<std::optional<Entry>, Failure> next() override {
    if (given_ == entries_.size()) return std::nullopt;
    return entries_[given_++];
  }

 private:
  std::vector<Entry> entries_;
  std::size_t given_ = 0;
};

std::vector<Entry> numbered(std::vector<Record> records) {
  std::vector<Entry> entries;
  for (auto& record : records)
    entries.push_back({entries.size(), std::move(record)});
  return entries;
}

BadPosition bad_position_of(std::vector<Entry> entries, const Meaning& meaning = {}) {
  GivenSource source(std::move(entries));
  const auto verified = verify(source, meaning);
  EXPECT_FALSE(verified);
  return verified ? BadPosition{} : verified.error();
}

TEST(Verify, a_whole_log_says_what_it_is) {
  auto records = sample_batch({}, 2, 5);
  records.push_back(sealing_batch(*tip_behind(records.back()), 3).front());
  GivenSource source(numbered(records));
  const auto verified = verify(source);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->end, 6U);
  EXPECT_EQ(verified->epoch, 3U);
  EXPECT_EQ(verified->last, records.back().hash);
  EXPECT_EQ(verified->log_id, sample_log_id);
  EXPECT_TRUE(verified->sealed);
}

TEST(Verify, names_the_first_position_that_is_missing_or_altered_or_foreign) {
  const auto good = numbered(sample_batch({}, 1, 9));
  auto missing = good;
  missing.erase(missing.begin() + 4);
  EXPECT_EQ(bad_position_of(missing).position, 4U);
  EXPECT_THAT(bad_position_of(missing).what, HasSubstr("position 4 is missing"));

  auto altered = good;
  altered[3].record = chain_records({sample_fields("{\"x\":1}")}, *tip_behind(good[2].record), 1)[0];
  EXPECT_EQ(bad_position_of(altered).position, 4U) << "position 3 is well formed; 4 does not follow it";
  EXPECT_THAT(bad_position_of(altered).what, HasSubstr("position 4 does not follow"));

  auto foreign = good;
  foreign[2].record = events::from_bytes("rubbish");
  EXPECT_EQ(bad_position_of(foreign).position, 2U);

  auto twice = good;
  twice[6].record = good[5].record;
  EXPECT_EQ(bad_position_of(twice).position, 6U);
  EXPECT_FALSE(bad_position_of(twice).what.empty());
}

TEST(Verify, asks_the_caller_what_a_record_means) {
  const auto bad = bad_position_of(numbered(sample_batch({}, 1, 9)), [](const Entry& entry) {
    return entry.position >= 5 ? std::optional<std::string>("displayName is missing") : std::nullopt;
  });
  EXPECT_EQ(bad.position, 5U);
  EXPECT_THAT(bad.what, HasSubstr("position 5: displayName is missing"));
}

class OnFiles : public testing::Test {
 protected:
  void SetUp() override {
    log = *EmbeddedLog::open({.directory = path()});
    claim = *log->claim();
    for (int i = 0; i < 10; ++i)
      append_samples(*log, claim, 3);
  }
  fs::path path() const { return directory.path() / "log"; }
  std::string names() const {
    std::string names;
    for (const auto& item : fs::recursive_directory_iterator(path()))
      names += item.path().string() + "\n";
    return names;
  }

  TemporaryDirectory directory;
  std::unique_ptr<EmbeddedLog> log;
  Claim claim;
};

TEST_F(OnFiles, a_reader_beside_a_running_node_sees_all_that_was_committed_and_leaves_nothing) {
  const auto before = names();
  auto beside = ReadOnlyLog::open(path());
  ASSERT_TRUE(beside) << beside.error().what;
  EXPECT_TRUE(same(all_of(**beside), all_of(*log)));
  EXPECT_EQ(names(), before);

  ASSERT_TRUE(append_samples(*log, claim, 1)) << "the node goes on";
  EXPECT_EQ((*beside)->end(), 30U);
  EXPECT_EQ((*ReadOnlyLog::open(path()))->end(), 31U);
}

TEST_F(OnFiles, a_reader_beside_a_node_that_flushes_sees_all) {
  log.reset();
  log = *EmbeddedLog::open({.directory = path(), .memtable_bytes = std::size_t{64} << 10});
  claim = *log->claim();
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(append_samples(*log, claim, 20));
    const auto beside = ReadOnlyLog::open(path());
    ASSERT_TRUE(beside) << beside.error().what;
    ASSERT_EQ((*beside)->end(), log->end());
    RecordsSource source(**beside);
    const auto verified = verify(source);
    ASSERT_TRUE(verified) << log->end() << ": " << verified.error().what;
  }
}

TEST_F(OnFiles, a_reader_of_a_stopped_nodes_log_sees_all_and_leaves_nothing) {
  const auto entries = all_of(*log);
  log.reset();
  const auto before = names();
  {
    const auto still = ReadOnlyLog::open(path());
    ASSERT_TRUE(still) << still.error().what;
    EXPECT_TRUE(same(all_of(**still), entries));
  }
  EXPECT_EQ(names(), before);
}

TEST_F(OnFiles, a_reader_of_a_killed_nodes_log_sees_what_is_in_the_wal) {
  const auto killed = directory.path() / "killed";
  fs::copy(path(), killed, fs::copy_options::recursive);
  const auto still = ReadOnlyLog::open(killed);
  ASSERT_TRUE(still) << still.error().what;
  EXPECT_EQ((*still)->end(), 30U);
}

TEST_F(OnFiles, a_reader_refuses_a_log_that_lost_its_end) {
  const auto killed = directory.path() / "killed";
  fs::copy(path(), killed, fs::copy_options::recursive);
  for (const auto& file : fs::directory_iterator(killed / "db")) {
    if (file.path().extension() == ".log") fs::resize_file(file, fs::file_size(file) / 2);
  }
  const auto refused = ReadOnlyLog::open(killed);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("need 29"));
}

TEST_F(OnFiles, a_reader_of_something_else_says_so) {
  fs::create_directories(directory.path() / "other");
  EXPECT_THAT(ReadOnlyLog::open(directory.path() / "other").error().what, HasSubstr("not an Almanac log"));
  EXPECT_FALSE(ReadOnlyLog::open(directory.path() / "nowhere"));
}

/// Issue 4's toy: a verify that reads the read model would not see this.
TEST_F(OnFiles, a_bit_flipped_in_a_stopped_nodes_log_is_found_by_verify) {
  log.reset();
  int found = 0;
  for (const auto& item : fs::directory_iterator(path() / "db")) {
    if (item.path().extension() != ".sst") continue;
    std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    file.clear();
    file.seekp(static_cast<std::streamoff>(bytes.size() / 3));
    file.put(static_cast<char>(bytes[bytes.size() / 3] ^ 4));
    ++found;
  }
  ASSERT_GT(found, 0);
  const auto damaged = ReadOnlyLog::open(path());
  if (!damaged) return;
  RecordsSource source(**damaged);
  EXPECT_FALSE(verify(source));
}

}  // namespace
}  // namespace almanac::log::test
