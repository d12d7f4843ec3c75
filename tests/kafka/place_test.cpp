#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Where a node goes on in the topic, and what it makes of a topic that is not what it was.
class Place : public OneTopic {
 protected:
  Failure refusal(const kafka::Options& given) {
    const auto opened = kafka::KafkaLog::open(given);
    if (!opened) return opened.error();
    const auto end = (*opened)->barrier();
    EXPECT_FALSE(end);
    return end ? Failure{} : end.error();
  }
  void flip(const fs::path& directory, const std::string& text) {
    for (const auto& item : fs::recursive_directory_iterator(directory)) {
      if (!item.is_regular_file()) continue;
      std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const auto at = bytes.find(text);
      if (at == std::string::npos) continue;
      file.clear();
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(bytes[at] ^ 1));
      return;
    }
    throw std::runtime_error("no file holds " + text);
  }
};

TEST_F(Place, a_node_goes_on_at_every_position_after_a_restart) {
  const auto owner = open("owner");
  const auto claim = owner->claim();
  for (Position n = 1; n <= 8; ++n) {
    ASSERT_TRUE(append_samples(*owner, *claim, 1));
    if (n % 3 == 0) write_text(topic, "in between");
    const auto reader = open("reader");
    ASSERT_EQ(*reader->barrier(), n);
    ASSERT_TRUE(same(all_of(*reader), all_of(*owner)));
    ASSERT_EQ(reader->standing().copy_set_aside, "");
  }
}

TEST_F(Place, a_copy_that_is_gone_is_read_anew) {
  const auto owner = open("owner");
  ASSERT_TRUE(append_samples(*owner, *owner->claim(), 20));
  ASSERT_EQ(*open("reader")->barrier(), 20U);
  fs::remove_all(directory.path() / "reader");
  EXPECT_EQ(*open("reader")->barrier(), 20U);
}

TEST_F(Place, a_damaged_copy_is_set_aside_and_read_anew) {
  const auto owner = open("owner");
  const auto claim = owner->claim();
  ASSERT_TRUE(append_samples(*owner, *claim, 20));
  ASSERT_EQ(*open("reader")->barrier(), 20U);
  // A log file of RocksDB without its middle: what follows it cannot be read.
  fs::remove(directory.path() / "reader" / "db" / "CURRENT");
  const auto reader = open("reader");
  EXPECT_EQ(*reader->barrier(), 20U);
  EXPECT_TRUE(same(all_of(*reader), all_of(*owner)));
  EXPECT_NE(reader->standing().copy_set_aside, "");
  EXPECT_TRUE(fs::exists(directory.path() / "reader" / "set-aside"));
}

TEST_F(Place, another_logs_topic_is_refused_by_the_copy) {
  {
    const auto log = open();
    ASSERT_TRUE(append_samples(*log, *log->claim(), 4));
  }
  auto given = options();
  given.topic = fresh_topic();
  {
    auto theirs = given;
    theirs.directory = directory.path() / "theirs";
    const auto log = *kafka::KafkaLog::open(theirs);
    const auto claim = log->claim();
    ASSERT_TRUE(
        is<Committed>(log->append(claim->epoch, 0, sample_batch({}, claim->epoch, 9, sample_copy_id))));
  }
  const auto refused = refusal(given);
  EXPECT_THAT(refused.what, HasSubstr("holds the log " + std::string(sample_copy_id)));
  EXPECT_THAT(refused.what, HasSubstr(std::string(sample_log_id)));
  EXPECT_EQ(*open()->barrier(), 4U) << "nothing was changed by that";
}

TEST_F(Place, another_logs_topic_is_refused_by_the_read_models) {
  {
    const auto log = open();
    ASSERT_TRUE(append_samples(*log, *log->claim(), 4));
  }
  auto given = options("fresh");
  given.known = {Witness{"the read models", std::string(sample_copy_id), 2, Hash{}}};
  EXPECT_THAT(refusal(given).what, HasSubstr("not the log " + std::string(sample_copy_id)));
}

TEST_F(Place, a_topic_that_lacks_acknowledged_records_is_refused) {
  std::vector<Entry> before;
  {
    const auto log = open();
    ASSERT_TRUE(append_samples(*log, *log->claim(), 6));
    before = all_of(*log);
  }
  remove_topic(topic);
  const auto shorter = fresh_topic();
  {
    auto given = options("shorter");
    given.topic = shorter;
    const auto log = *kafka::KafkaLog::open(given);
    const auto claim = log->claim();
    std::vector<Record> some;
    for (int i = 0; i < 4; ++i)
      some.push_back(before[static_cast<std::size_t>(i)].record);
    ASSERT_TRUE(is<Committed>(log->append(claim->epoch, 0, some)));
  }
  auto given = options();
  given.topic = shorter;
  for (int i = 0; i < 2; ++i) {
    const auto refused = refusal(given);
    EXPECT_THAT(refused.what, HasSubstr("acknowledged records are missing: have 3, need 5")) << "time " << i;
  }
  given.accept_loss_after = 3;
  const auto log = kafka::KafkaLog::open(given);
  ASSERT_TRUE(log) << log.error().what;
  ASSERT_EQ(*(*log)->barrier(), 4U);
  ASSERT_TRUE((*log)->standing().accepted_loss);
  EXPECT_EQ((*log)->standing().accepted_loss->need, 5U);
}

TEST_F(Place, the_same_log_on_another_topic_is_read_anew) {
  std::vector<Record> records;
  {
    const auto log = open();
    ASSERT_TRUE(append_samples(*log, *log->claim(), 6));
    for (auto& entry : all_of(*log))
      records.push_back(entry.record);
  }
  const auto elsewhere = fresh_topic();
  make_topic(elsewhere);
  write_text(elsewhere, "so that every offset is another");
  write(elsewhere, records);
  auto given = options();
  given.topic = elsewhere;
  const auto log = kafka::KafkaLog::open(given);
  ASSERT_TRUE(log) << log.error().what;
  EXPECT_EQ(*(*log)->barrier(), 6U);
  EXPECT_NE((*log)->standing().copy_set_aside, "");
}

TEST_F(Place, a_bit_flipped_in_the_brokers_file_is_found_and_named) {
  {
    const auto log = open();
    const auto claim = log->claim();
    ASSERT_TRUE(append_samples(*log, *claim, 2));
    const Tip tip = *tip_behind(all_of(*log).back().record);
    const auto marked = chain_records({sample_fields("{\"marked\":\"Uw5-qk2_Zb8Rt\"}")}, tip, claim->epoch);
    ASSERT_TRUE(is<Committed>(log->append(claim->epoch, 2, marked)));
  }
  flip(brokers().data() / (topic + "-0"), "Uw5-qk2_Zb8Rt");
  auto given = options("fresh");
  given.barrier_wait = std::chrono::seconds(5);
  const auto refused = refusal(given);
  EXPECT_THAT(refused.what, HasSubstr("position 2"));
}

}  // namespace
}  // namespace almanac::log::test
