#include "events/log/kafka/topic_source.hpp"

#include <gmock/gmock.h>

#include "events/log/verify.hpp"
#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using kafka::TopicSource;
using kafka::Trouble;
using testing::HasSubstr;

class TopicSources : public OneTopic {
 protected:
  /// A log of several transactions and two epochs.
  std::vector<Entry> a_log() {
    const auto log = open();
    for (const std::size_t count : {3U, 4U}) {
      const auto claim = log->claim();
      if (!append_samples(*log, *claim, count)) throw std::runtime_error("not appended");
    }
    return all_of(*log);
  }
  /// The same records with one of them taken out or changed, in a topic of its own.
  void write_elsewhere(const std::vector<Record>& records) {
    topic = fresh_topic();
    make_topic(topic);
    write(topic, records);
  }
  std::unique_ptr<TopicSource> source() const { return TopicSource::open(options()).value(); }
};

std::vector<Record> records_of(const std::vector<Entry>& entries) {
  std::vector<Record> records;
  for (const auto& entry : entries)
    records.push_back(entry.record);
  return records;
}

std::vector<Entry> all_from(TopicSource& source) {
  std::vector<Entry> all;
  while (auto entry = source.next().value())
    all.push_back(std::move(*entry));
  return all;
}

TEST_F(TopicSources, give_all_records_up_to_the_end_that_the_topic_had_and_none_of_later_ones) {
  const auto log = a_log();
  const auto first = source();
  {
    const auto writer = open();
    ASSERT_TRUE(append_samples(*writer, *writer->claim(), 5));
  }
  EXPECT_TRUE(same(all_from(*first), log));
  EXPECT_EQ(all_from(*source()).size(), log.size() + 5);
}

TEST_F(TopicSources, begin_again_behind_the_question_for_their_logs_id) {
  const auto log = a_log();
  const auto topic = source();
  EXPECT_EQ(topic->log_id().value(), log_id_of(log.back().record.bytes));
  EXPECT_TRUE(same(all_from(*topic), log));
}

TEST_F(TopicSources, of_an_empty_topic_have_nothing) {
  make_topic(topic);
  EXPECT_TRUE(all_from(*source()).empty());
}

TEST_F(TopicSources, do_not_see_what_was_aborted_or_is_still_open) {
  const auto log = a_log();
  const Tip tip = *tip_behind(log.back().record);
  write(topic, sample_batch(tip, tip.epoch, 2), Finish::abort);
  write(topic, sample_batch(tip, tip.epoch, 2), Finish::leave_open);
  EXPECT_TRUE(same(all_from(*source()), log));
}

TEST_F(TopicSources, set_aside_and_count_what_moves_no_position) {
  const auto log = a_log();
  write_text(topic, "hello");
  auto again = records_of(log);
  write(topic, std::vector<Record>(again.begin() + 1, again.begin() + 3));
  write(topic, chain_records({sample_fields("{\"other\":1}")}, *tip_behind(again[0]), 1));
  const auto read = source();
  EXPECT_TRUE(same(all_from(*read), log));
  EXPECT_EQ(read->set_aside().foreign, 1U);
  EXPECT_EQ(read->set_aside().duplicates, 2U);
  EXPECT_EQ(read->set_aside().altered, 1U);
}

TEST_F(TopicSources, hand_out_a_gap_and_a_break_for_the_verifier_to_name) {
  const auto records = records_of(a_log());
  auto gap = records;
  gap.erase(gap.begin() + 4);
  write_elsewhere(gap);
  auto verdict = verify(*source());
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().position, 4U);
  EXPECT_THAT(verdict.error().what, HasSubstr("position 4 is missing: 5 stands in its place"));

  auto flipped = records;
  auto fields = *events::fields_of(flipped[4].bytes);
  fields.value[0] ^= 1;
  flipped[4] = events::seal(fields);
  write_elsewhere(flipped);
  verdict = verify(*source());
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().position, 5U);
  EXPECT_THAT(verdict.error().what, HasSubstr("does not follow"));
}

TEST_F(TopicSources, of_a_topic_that_is_missing_or_compacted_are_refused_for_good) {
  auto given = options();
  given.missing_topic = kafka::MissingTopic::refuse;
  auto opened = TopicSource::open(given);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().trouble, Trouble::final);
  make_topic(topic, 1, {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}});
  opened = TopicSource::open(given);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().trouble, Trouble::final);
  EXPECT_THAT(opened.error().failure.what, HasSubstr("a compacted log loses events"));
}

TEST_F(TopicSources, of_brokers_that_do_not_answer_say_nothing_of_the_log) {
  auto given = options();
  given.brokers = "127.0.0.1:1";
  given.open_wait = std::chrono::milliseconds(1);
  const auto opened = TopicSource::open(given);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().trouble, Trouble::passing);
}

}  // namespace
}  // namespace almanac::log::test
