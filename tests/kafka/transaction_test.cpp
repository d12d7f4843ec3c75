#include "events/log/kafka/transaction.hpp"

#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using namespace std::chrono_literals;
using How = kafka::TransactionEnd::How;

class Transaction : public OneTopic {};

// librdkafka 2.0.2 ends the whole program when a handle goes at the moment at which it asks for the
// partition: one in some fifty did. partition.
TEST_F(Transaction, of_a_producer_that_goes_behind_its_first_record_is_not_seen_and_ends_nothing_else) {
  make_topic(topic);
  const auto records = chain_records({sample_fields("{\"never\":\"seen\"}")}, {}, 1);
  for (int i = 0; i < 40; ++i) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    const auto producer = kafka::Producer::claim(options(), deadline);
    ASSERT_TRUE(producer) << producer.error().what;
    ASSERT_EQ((*producer)->begin().how, How::committed);
    ASSERT_EQ((*producer)->add(records.front(), deadline).how, How::committed);
  }
  EXPECT_TRUE(read_by_another().empty());
}

}  // namespace
}  // namespace almanac::log::test
