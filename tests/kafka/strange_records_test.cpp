#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using testing::HasSubstr;

class StrangeRecords : public OneTopic {
 protected:
  std::unique_ptr<kafka::KafkaLog> log = open();
  Claim claim = log->claim().value();
  std::vector<Record> first = sample_batch(tip_of(claim), claim.epoch, 3);
  const Tip tip = *tip_behind(first.back());

  void SetUp() override { ASSERT_TRUE(is<Committed>(log->append(claim.epoch, 0, first))); }

  /// Writes behind the log's back; the log must stop there, and go on reading what came before.
  Failure stop_at(const std::vector<Record>& records) {
    write(topic, records);
    const auto end = log->barrier();
    EXPECT_FALSE(end);
    EXPECT_EQ(log->end(), 3U);
    EXPECT_EQ(all_of(*log).size(), 3U);
    EXPECT_TRUE(is<Unavailable>(log->append(claim.epoch, 3, sample_batch(tip, claim.epoch, 1))));
    EXPECT_FALSE(log->claim());
    EXPECT_TRUE(log->standing().stopped);
    return end ? Failure{} : end.error();
  }
};

TEST_F(StrangeRecords, a_foreign_record_is_set_aside_and_counted) {
  write_text(topic, "hello");
  write(topic, std::vector<Record>{events::seal(sample_fields("{}"))});
  EXPECT_TRUE(append_samples(*log, claim, 2));
  EXPECT_EQ(log->standing().set_aside.foreign, 2U);
  log.reset();
  log = open();
  EXPECT_EQ(*log->barrier(), 5U);
  EXPECT_EQ(read_by_another().size(), 5U);
}

TEST_F(StrangeRecords, a_duplicate_is_set_aside_and_counted) {
  write(topic, first);
  EXPECT_TRUE(append_samples(*log, claim, 1));
  EXPECT_EQ(log->standing().set_aside.duplicates, 3U);
  EXPECT_EQ(log->standing().set_aside.altered, 0U);
}

TEST_F(StrangeRecords, another_record_at_a_position_that_is_taken_is_counted_apart) {
  write(topic, chain_records({sample_fields("{\"other\":1}")}, Tip{}, claim.epoch));
  EXPECT_TRUE(append_samples(*log, claim, 1));
  EXPECT_EQ(log->standing().set_aside.altered, 1U);
  EXPECT_EQ(log->read(0, 1)->front().record.bytes, first.front().bytes);
}

TEST_F(StrangeRecords, a_gap_stops_the_tail_and_names_the_position) {
  auto records = sample_batch(tip, claim.epoch, 2);
  records.erase(records.begin());
  EXPECT_THAT(stop_at(records).what, HasSubstr("position 4 comes where 3 should be"));
}

TEST_F(StrangeRecords, a_break_of_the_chain_stops_the_tail) {
  Tip elsewhere = tip;
  elsewhere.last[5] ^= 1;
  EXPECT_THAT(stop_at(sample_batch(elsewhere, claim.epoch, 1)).what, HasSubstr("position 3 does not follow"));
}

TEST_F(StrangeRecords, an_epoch_that_goes_back_stops_the_tail) {
  EXPECT_THAT(stop_at(sample_batch(tip, claim.epoch - 1, 1)).what, HasSubstr("position 3 has epoch 0"));
}

TEST_F(StrangeRecords, a_record_of_another_log_stops_the_tail) {
  const auto failure = stop_at(sample_batch(tip, claim.epoch, 1, "01930000-0000-7000-8000-00000000000f"));
  EXPECT_THAT(failure.what, HasSubstr("position 3 is of another log"));
}

TEST_F(StrangeRecords, what_came_well_before_a_bad_record_in_its_batch_is_kept) {
  auto records = sample_batch(tip, claim.epoch, 4);
  records.erase(records.begin() + 2);
  write(topic, records);
  EXPECT_FALSE(log->barrier());
  EXPECT_EQ(log->end(), 5U);
}

}  // namespace
}  // namespace almanac::log::test
