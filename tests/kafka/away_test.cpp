#include <gtest/gtest.h>

#include <thread>

#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using namespace std::chrono_literals;

/// The broker is silent for as long as this lives.
class Silence {
 public:
  Silence() { brokers().pause(); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { end(); }
  void end() {
    if (!ended_) brokers().resume();
    ended_ = true;
  }

 private:
  bool ended_ = false;
};

class Away : public OneTopic {
 protected:
  std::unique_ptr<kafka::KafkaLog> open_impatiently() {
    auto given = options();
    given.open_wait = 1s;
    given.claim_wait = given.append_wait = given.barrier_wait = 3s;
    return kafka::KafkaLog::open(given).value();
  }
  /// Of fifty records by a producer that has written before.
  static std::chrono::microseconds time_of_an_append(kafka::KafkaLog& log) {
    const auto claim = log.claim();
    EXPECT_TRUE(claim && append_samples(log, *claim, 50));
    const Tip tip = *tip_behind(log.read(log.end() - 1, 1)->front().record);
    const auto batch = sample_batch(tip, claim->epoch, 50);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(is<Committed>(log.append(claim->epoch, tip.next, batch)));
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  }
  /// Until it holds, or for ever: the program's own limit ends that.
  template <typename Condition>
  void wait_until(const Condition& condition) {
    while (!condition())
      std::this_thread::sleep_for(20ms);
  }
};

TEST_F(Away, a_node_opens_without_brokers_reads_what_it_has_and_goes_on_when_they_are_back) {
  const auto owner = open("owner");
  const auto claim = owner->claim();
  ASSERT_TRUE(append_samples(*owner, *claim, 5));
  ASSERT_EQ(*open_impatiently()->barrier(), 5U);
  ASSERT_TRUE(append_samples(*owner, *claim, 2));

  Silence silence;
  const auto log = open_impatiently();
  EXPECT_EQ(all_of(*log).size(), 5U);
  EXPECT_FALSE(log->standing().was_at_end);
  EXPECT_FALSE(log->standing().at_end_at);
  EXPECT_FALSE(log->standing().stopped);
  EXPECT_FALSE(log->barrier());
  EXPECT_FALSE(log->claim());
  EXPECT_NE(log->standing().trouble, "");
  silence.end();
  wait_until([&] { return log->standing().was_at_end; });
  wait_until([&] { return log->standing().trouble.empty(); });
  wait_until([&] { return log->barrier().has_value(); });
  EXPECT_EQ(log->end(), 7U);
}

TEST_F(Away, a_quiet_topic_is_known_to_be_whole_as_long_as_the_brokers_answer) {
  const auto log = open();
  ASSERT_TRUE(append_samples(*log, *log->claim(), 1));
  const auto then = log->standing().at_end_at;
  wait_until([&] { return log->standing().at_end_at > then; });
  Silence silence;
  wait_until([&] { return !log->standing().trouble.empty(); });
  const auto last = log->standing().at_end_at;
  std::this_thread::sleep_for(1500ms);
  EXPECT_EQ(log->standing().at_end_at, last);
  silence.end();
  wait_until([&] { return log->standing().at_end_at > last; });
  // Or a node that is to own the log would wait for a record that nobody can write.
  wait_until([&] { return log->standing().trouble.empty(); });
}

TEST_F(Away, whatever_a_batch_met_the_next_claim_tells_what_became_of_it) {
  const auto log = open_impatiently();
  wait_until([&] { return log->barrier().has_value(); });
  // Silence comes at every stage of an append, and until it came between the commit and its answer.
  const auto whole = time_of_an_append(*log);
  std::size_t written = log->end();
  int unknown = 0;
  for (int round = 0; round < 6 || (unknown == 0 && round < 40); ++round) {
    const auto delay = whole * (2 * round % 11) / 10;
    auto claim = log->claim();
    ASSERT_TRUE(claim) << claim.error().what;
    const auto batch = sample_batch(tip_of(*claim), claim->epoch, 50);
    AppendResult result;
    {
      std::thread writer([&] { result = log->append(claim->epoch, claim->next, batch); });
      std::this_thread::sleep_for(delay);
      const Silence silence;
      writer.join();
    }
    auto next = log->claim();
    wait_until([&] { return next || (next = log->claim()); });  // the first may still meet what was cut short
    const Position before = claim->next, behind = before + batch.size();
    if (is<Committed>(result)) {
      EXPECT_EQ(next->next, behind);
    } else {
      ASSERT_TRUE(is<Unknown>(result) || is<Unavailable>(result));
      EXPECT_TRUE(next->next == before || (next->next == behind && is<Unknown>(result)));
    }
    if (is<Unknown>(result)) ++unknown;
    if (next->next == behind) written += batch.size();
    EXPECT_EQ(log->end(), next->next);
  }
  EXPECT_GT(unknown, 0) << "no silence came between a commit and its answer";
  EXPECT_EQ(read_by_another().size(), written);
}

TEST_F(Away, a_killed_broker_comes_back_with_all_that_was_acknowledged) {
  const auto log = open();
  const auto claim = log->claim();
  ASSERT_TRUE(append_samples(*log, *claim, 10));
  const auto before = all_of(*log);
  brokers().kill();
  brokers().again();
  ASSERT_TRUE(append_samples(*log, *log->claim(), 1));
  EXPECT_EQ(*log->barrier(), 11U);
  const auto after = read_by_another();
  EXPECT_TRUE(same({after.begin(), after.begin() + 10}, before));
}

}  // namespace
}  // namespace almanac::log::test
