#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using testing::HasSubstr;
using Settings = std::map<std::string, std::string>;

class TopicCheck : public OneTopic {
 protected:
  Failure refusal(const kafka::Options& given) {
    const auto opened = kafka::KafkaLog::open(given);
    EXPECT_FALSE(opened);
    return opened ? Failure{} : opened.error();
  }
};

TEST_F(TopicCheck, a_compacted_topic_is_refused) {
  make_topic(topic, 1, Settings{{"cleanup.policy", "compact,delete"}, {"retention.ms", "-1"}});
  const auto refused = refusal(options());
  EXPECT_THAT(refused.what, HasSubstr("cleanup.policy=compact,delete"));
  EXPECT_THAT(refused.mend, HasSubstr("cleanup.policy=delete"));
}

TEST_F(TopicCheck, a_topic_that_forgets_by_age_is_refused) {
  make_topic(topic, 1, Settings{{"retention.ms", "604800000"}});
  const auto refused = refusal(options());
  EXPECT_THAT(refused.what, HasSubstr("retention.ms=604800000"));
  EXPECT_THAT(refused.mend, HasSubstr("retention.ms=-1"));
}

TEST_F(TopicCheck, a_topic_that_forgets_by_size_is_refused) {
  make_topic(topic, 1, Settings{{"retention.ms", "-1"}, {"retention.bytes", "1000000"}});
  EXPECT_THAT(refusal(options()).what, HasSubstr("retention.bytes=1000000"));
}

TEST_F(TopicCheck, more_than_one_partition_is_refused) {
  make_topic(topic, 3);
  EXPECT_THAT(refusal(options()).what, HasSubstr("3 partitions"));
}

TEST_F(TopicCheck, a_topic_that_lost_its_beginning_is_refused) {
  {
    const auto log = open();
    ASSERT_TRUE(append_samples(*log, *log->claim(), 5));
  }
  remove_before(topic, 2);
  const auto refused = refusal(options("another"));
  EXPECT_THAT(refused.what, HasSubstr("begins at offset 2"));
  EXPECT_THAT(refused.mend, HasSubstr("export"));
}

TEST_F(TopicCheck, a_missing_topic_is_made_only_where_that_was_asked_for) {
  auto given = options();
  given.missing_topic = kafka::MissingTopic::refuse;
  EXPECT_THAT(refusal(given).what, HasSubstr("there is no topic " + topic));
  EXPECT_THAT(refusal(given).what, HasSubstr("there is no topic " + topic)) << "asking made it";
  const auto made = open();
  const auto standing = made->standing();
  ASSERT_TRUE(standing.topic);
  EXPECT_EQ(standing.topic->replicas, 1);
  EXPECT_EQ(standing.topic->in_sync_min, 1);
  EXPECT_EQ(standing.topic->record_bytes_max, (std::size_t{16} << 20) - 1024);
}

TEST_F(TopicCheck, a_record_that_the_topic_does_not_take_is_too_large) {
  make_topic(topic, 1, Settings{{"retention.ms", "-1"}, {"max.message.bytes", "20000"}});
  const auto log = open();
  const auto claim = log->claim();
  const auto batch = [&](std::size_t bytes) {
    return chain_records({sample_fields("\"" + std::string(bytes, 'x') + "\"")}, tip_of(*claim),
                         claim->epoch);
  };
  const auto result = log->append(claim->epoch, 0, batch(20000));
  ASSERT_TRUE(is<TooLarge>(result));
  EXPECT_EQ(log->end(), 0U);
  const std::size_t fits = std::get<TooLarge>(result).bytes_max - 600;
  EXPECT_TRUE(is<Committed>(log->append(claim->epoch, 0, batch(fits))));
}

TEST_F(TopicCheck, a_batch_of_records_that_each_fit_is_taken_however_large_it_is) {
  make_topic(topic, 1, Settings{{"retention.ms", "-1"}, {"max.message.bytes", "20000"}});
  const auto log = open();
  const auto claim = log->claim();
  const std::vector<events::RecordFields> fields(50, sample_fields("\"" + std::string(5'000, 'x') + "\""));
  ASSERT_TRUE(
      is<Committed>(log->append(claim->epoch, 0, chain_records(fields, tip_of(*claim), claim->epoch))));
  EXPECT_EQ(log->end(), 50U);
}

TEST_F(TopicCheck, properties_that_safety_rests_on_are_refused) {
  for (const auto* name : {"isolation.level", "enable.idempotence", "acks", "transactional.id", "group.id"}) {
    auto given = options();
    given.properties = {{name, "x"}};
    EXPECT_THAT(refusal(given).what, HasSubstr(name));
  }
  auto given = options();
  given.properties = {{"no.such.property", "x"}};
  EXPECT_THAT(refusal(given).what, HasSubstr("no.such.property"));
}

TEST_F(TopicCheck, other_properties_are_passed_on) {
  auto given = options();
  given.properties = {{"socket.keepalive.enable", "true"}, {"metadata.max.age.ms", "60000"}};
  EXPECT_TRUE(kafka::KafkaLog::open(given));
}

}  // namespace
}  // namespace almanac::log::test
