#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using Visibility = OneTopic;

std::string why(const AppendResult& result) {
  if (const auto* unknown = std::get_if<Unknown>(&result)) return "unknown: " + unknown->reason;
  if (const auto* unavailable = std::get_if<Unavailable>(&result))
    return "unavailable: " + unavailable->reason;
  return "neither unknown nor unavailable";
}

TEST_F(Visibility, an_aborted_transaction_is_invisible_and_leaves_no_gap) {
  const auto log = open();
  const auto claim = log->claim();
  ASSERT_TRUE(append_samples(*log, *claim, 2));
  const Tip tip = *tip_behind(all_of(*log).back().record);
  write(topic, sample_batch(tip, claim->epoch, 3), Finish::abort);
  EXPECT_EQ(*log->barrier(), 2U);
  ASSERT_TRUE(append_samples(*log, *claim, 2));
  EXPECT_EQ(log->standing().set_aside.foreign, 0U);
  EXPECT_TRUE(same(read_by_another(), all_of(*log)));
  EXPECT_EQ(log->end(), 4U);
}

TEST_F(Visibility, what_a_dead_owner_left_open_is_aborted_by_the_next_claim) {
  auto log = open();
  const auto claim = log->claim();
  ASSERT_TRUE(append_samples(*log, *claim, 2));
  const auto before = all_of(*log);
  log.reset();
  write(topic, sample_batch(*tip_behind(before.back().record), claim->epoch, 3), Finish::leave_open,
        "almanac:" + topic);
  log = open();
  const auto next = log->claim();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->next, 2U);
  EXPECT_TRUE(append_samples(*log, *next, 1));
  EXPECT_EQ(read_by_another().size(), 3U);
}

TEST_F(Visibility, what_a_dead_owner_committed_is_seen_by_the_next_claim) {
  auto log = open();
  const auto claim = log->claim();
  ASSERT_TRUE(append_samples(*log, *claim, 2));
  const auto before = all_of(*log);
  log.reset();
  write(topic, sample_batch(*tip_behind(before.back().record), claim->epoch, 3), Finish::commit,
        "almanac:" + topic);
  log = open();
  const auto next = log->claim();
  EXPECT_EQ(next->next, 5U);
  EXPECT_EQ(next->last, all_of(*log).back().record.hash);
  EXPECT_EQ(next->epoch, claim->epoch + 1);
}

TEST_F(Visibility, a_fenced_nodes_records_are_in_no_nodes_log) {
  const auto old_owner = open("old"), owner = open("owner"), reader = open("reader");
  const auto old_claim = old_owner->claim();
  ASSERT_TRUE(append_samples(*old_owner, *old_claim, 2));
  const auto claim = owner->claim();
  const Tip tip = tip_of(*claim);
  EXPECT_TRUE(is<Fenced>(old_owner->append(old_claim->epoch, 2, sample_batch(tip, old_claim->epoch, 5))));
  ASSERT_TRUE(append_samples(*owner, *claim, 1));
  EXPECT_TRUE(is<Fenced>(old_owner->append(old_claim->epoch, 2, sample_batch(tip, old_claim->epoch, 5))));
  EXPECT_EQ(*reader->barrier(), 3U);
  EXPECT_TRUE(same(all_of(*reader), all_of(*owner)));
  EXPECT_EQ(*old_owner->barrier(), 3U) << "it reads on";
}

TEST_F(Visibility, of_two_nodes_that_take_the_log_from_each_other_nothing_acknowledged_is_lost) {
  const auto one = open("one"), two = open("two");
  std::vector<std::pair<Position, Hash>> acknowledged;
  std::mutex mutex;
  const auto fight = [&](kafka::KafkaLog& log) {
    for (int turn = 0; turn < 6; ++turn) {
      const auto claim = log.claim();
      if (!claim) continue;
      Tip tip = tip_of(*claim);
      for (int i = 0; i < 20; ++i) {
        const auto batch = sample_batch(tip, claim->epoch, 3);
        if (!is<Committed>(log.append(claim->epoch, tip.next, batch))) break;
        const std::lock_guard lock(mutex);
        for (const auto& record : batch)
          acknowledged.emplace_back(tip.next++, record.hash);
        tip.last = batch.back().hash;
      }
    }
  };
  std::thread first([&] { fight(*one); });
  std::thread second([&] { fight(*two); });
  first.join();
  second.join();
  const auto all = read_by_another();
  EXPECT_GT(acknowledged.size(), 0U);
  for (const auto& [position, hash] : acknowledged) {
    ASSERT_LT(position, all.size());
    EXPECT_EQ(all[position].record.hash, hash) << position;
  }
}

/// What had been asked to commit when another claimed is in doubt only until the own tail shows that claim.
TEST_F(Visibility, a_node_that_is_fenced_while_it_commits_is_told_by_its_own_tail_what_became_of_it) {
  const auto one = open("one"), two = open("two");
  for (int round = 0; round < 12; ++round) {
    const auto claim = one->claim();
    ASSERT_TRUE(claim) << claim.error().what;
    ASSERT_TRUE(append_samples(*one, *claim, 1));
    std::thread other([&, pause = std::chrono::milliseconds(5 * round)] {
      std::this_thread::sleep_for(pause);
      const auto taken = two->claim();
      ASSERT_TRUE(taken) << taken.error().what;
      EXPECT_TRUE(append_samples(*two, *taken, 1));
    });
    Tip tip = *tip_behind(one->read(claim->next, 1)->front().record);
    AppendResult result;
    std::vector<Record> batch;
    do {
      batch = sample_batch(tip, claim->epoch, 20);
      result = one->append(claim->epoch, tip.next, batch);
      if (is<Committed>(result)) tip = {tip.next + batch.size(), claim->epoch, batch.back().hash};
    } while (is<Committed>(result));
    other.join();
    ASSERT_TRUE(is<Fenced>(result)) << "round " << round << ": " << why(result);
    ASSERT_TRUE(one->barrier());
    const auto behind = one->read(tip.next, 1);
    EXPECT_NE(behind->front().record.hash, batch.front().hash) << "nothing of it was written";
  }
}

TEST_F(Visibility, committed_means_that_every_other_nodes_barrier_has_it) {
  const auto owner = open("owner"), reader = open("reader");
  const auto claim = owner->claim();
  for (Position n = 1; n <= 100; ++n) {
    ASSERT_TRUE(append_samples(*owner, *claim, 1));
    const auto seen = reader->barrier();
    ASSERT_TRUE(seen);
    ASSERT_GE(*seen, n);
    ASSERT_EQ(reader->read(n - 1, 1)->size(), 1U);
  }
}

TEST_F(Visibility, a_tail_is_woken_by_another_nodes_commit) {
  const auto owner = open("owner"), reader = open("reader");
  const auto tail = reader->tail(0);
  ASSERT_TRUE(tail->next(10, std::chrono::milliseconds(0))->caught_up);
  std::thread writer([&] { EXPECT_TRUE(append_samples(*owner, *owner->claim(), 3)); });
  std::size_t seen = 0;
  while (seen < 3) {
    const auto part = tail->next(10, std::chrono::hours(1));
    ASSERT_TRUE(part);
    seen += part->entries.size();
  }
  writer.join();
}

}  // namespace
}  // namespace almanac::log::test
