#include <gtest/gtest.h>

#include <thread>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

using namespace std::chrono_literals;
constexpr auto for_ever = std::chrono::hours(1);

class Tails : public testing::Test {
 protected:
  TemporaryDirectory directory;
  std::unique_ptr<EmbeddedLog> log = *EmbeddedLog::open({.directory = directory.path() / "log"});
  Claim claim = *log->claim();
};

TEST_F(Tails, arriving_at_the_end_is_told_once_without_waiting) {
  const auto tail = log->tail(0);
  const auto first = tail->next(10, for_ever);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->entries.empty());
  EXPECT_TRUE(first->caught_up);
}

TEST_F(Tails, the_last_records_come_with_the_mark) {
  ASSERT_TRUE(append_samples(*log, claim, 5));
  const auto tail = log->tail(2);
  const auto first = tail->next(2, for_ever);
  EXPECT_EQ(first->entries.front().position, 2U);
  EXPECT_FALSE(first->caught_up);
  const auto second = tail->next(2, for_ever);
  EXPECT_EQ(second->entries.size(), 1U);
  EXPECT_TRUE(second->caught_up);
}

TEST_F(Tails, a_wait_that_ends_empty_handed_says_caught_up_again) {
  const auto tail = log->tail(0);
  ASSERT_TRUE(tail->next(1, 0ms));
  const auto again = tail->next(1, 1ms);
  EXPECT_TRUE(again->entries.empty());
  EXPECT_TRUE(again->caught_up);
}

TEST_F(Tails, a_commit_wakes_all_who_wait) {
  std::vector<std::thread> readers;
  std::atomic<int> arrived{0};
  std::vector<std::vector<Entry>> seen(8);
  for (auto& mine : seen) {
    readers.emplace_back([this, &mine, &arrived] {
      const auto tail = log->tail(0);
      while (mine.size() < 30) {
        auto part = tail->next(7, for_ever);
        if (!part) return;
        if (part->entries.empty()) ++arrived;
        std::move(part->entries.begin(), part->entries.end(), std::back_inserter(mine));
      }
    });
  }
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(append_samples(*log, claim, 3));
  for (auto& reader : readers)
    reader.join();
  for (const auto& mine : seen)
    EXPECT_TRUE(same(mine, all_of(*log)));
}

TEST_F(Tails, wake_ends_the_wait_of_another_thread) {
  const auto tail = log->tail(0);
  ASSERT_TRUE(tail->next(1, 0ms));
  std::thread waker([&] { tail->wake(); });
  const auto woken = tail->next(1, for_ever);
  waker.join();
  ASSERT_TRUE(woken);
  EXPECT_TRUE(woken->entries.empty());
}

TEST_F(Tails, a_tail_from_ahead_of_the_end_waits_for_its_position) {
  const auto tail = log->tail(4);
  ASSERT_TRUE(tail->next(1, 0ms));
  ASSERT_TRUE(append_samples(*log, claim, 4));
  EXPECT_TRUE(tail->next(9, 0ms)->entries.empty());
  ASSERT_TRUE(append_samples(*log, claim, 2));
  const auto there = tail->next(9, for_ever);
  ASSERT_EQ(there->entries.size(), 2U);
  EXPECT_EQ(there->entries.front().position, 4U);
}

TEST_F(Tails, two_thousand_of_them_cost_nothing_while_nobody_waits) {
  std::vector<std::unique_ptr<Tail>> tails;
  for (int i = 0; i < 2000; ++i)
    tails.push_back(log->tail(0));
  ASSERT_TRUE(append_samples(*log, claim, 3));
  for (const auto& tail : tails)
    EXPECT_EQ(tail->next(10, 0ms)->entries.size(), 3U);
}

}  // namespace
}  // namespace almanac::log::test
