#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

TEST(GroupCommit, what_arrives_during_a_sync_is_the_next_batch) {
  Desk desk;
  const std::size_t before = desk.log->appends().size();
  std::vector<Submission> submissions;
  for (int i = 0; i < 100; ++i)
    submissions.push_back(create_system("m" + std::to_string(i)));
  desk.run_together(std::move(submissions));
  const auto appends = desk.log->appends();
  ASSERT_EQ(appends.size(), before + 2);
  EXPECT_EQ(appends.back(), 100);
}

TEST(GroupCommit, a_batch_holds_at_most_512_commands) {
  Desk desk;
  std::vector<Submission> submissions;
  for (int i = 0; i < 600; ++i)
    submissions.push_back(create_system("m" + std::to_string(i)));
  desk.run_together(std::move(submissions));
  const auto appends = desk.log->appends();
  ASSERT_GE(appends.size(), 2);
  EXPECT_EQ(appends[appends.size() - 2], 512);
  EXPECT_EQ(appends.back(), 88);
}

TEST(GroupCommit, a_large_import_stands_alone_in_its_batch) {
  Desk desk;
  Submission large = import_of(50, "large");
  large.request_bytes = std::size_t{5} << 20;
  const std::size_t before = desk.log->appends().size();
  const auto outcomes =
      desk.run_together({create_system("before"), std::move(large), create_system("after")});
  for (const Outcome& outcome : outcomes)
    EXPECT_TRUE(is<Written>(outcome));
  const auto appends = desk.log->appends();
  EXPECT_EQ(std::vector(appends.begin() + static_cast<long>(before), appends.end()),
            (std::vector<std::size_t>{1, 1, 51, 1}));
}

TEST(GroupCommit, rejections_and_no_ops_are_answered_after_the_outcome_of_their_batch) {
  Desk desk;
  const auto id = desk.created(create_system("taken"));
  auto answers =
      desk.leave_at_door({create_system("new"), create_system("taken"), rename(id, "Model taken")});
  desk.log->let_one_through();
  desk.log->await_append();
  for (auto& answer : answers) {
    EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  }
  desk.log->open_door();
  EXPECT_TRUE(is<Written>(answers[0].get()));
  EXPECT_TRUE(rejected_as<events::KeyTaken>(answers[1].get()));
  EXPECT_TRUE(is<Unchanged>(answers[2].get()));
}

TEST(GroupCommit, a_batch_that_writes_nothing_asks_the_log_before_it_answers) {
  Desk desk;
  desk.created(create_system("taken"));
  const std::size_t barriers = desk.log->barriers();
  desk.run(create_system("taken"));
  EXPECT_EQ(desk.log->barriers(), barriers + 1);
}

TEST(GroupCommit, the_hook_runs_once_a_batch_after_all_its_answers) {
  Desk desk({}, Desk::Start::later);
  std::atomic<int> answered{0};
  std::vector<int> answered_at_hook;
  desk.hooks.batch_done = [&] { answered_at_hook.push_back(answered); };
  desk.close();
  desk.open();
  ASSERT_TRUE(desk.start());
  desk.log->close_door();
  desk.writer->submit(create_system("first"), [&](const Outcome&) { ++answered; });
  desk.log->await_append();
  for (int i = 0; i < 30; ++i) {
    desk.writer->submit(create_system("m" + std::to_string(i)), [&](const Outcome&) { ++answered; });
  }
  desk.log->open_door();
  desk.writer->stop();
  EXPECT_EQ(answered_at_hook, (std::vector<int>{1, 31}));
}

TEST(GroupCommit, what_comes_to_a_full_queue_is_not_applied_and_the_others_are) {
  Desk desk({.bounds = {.waiting_max = 3}});
  auto answers = desk.leave_at_door(
      {create_system("a"), create_system("b"), create_system("c"), create_system("d"), create_system("e")});
  desk.log->open_door();
  std::vector<bool> written;
  for (auto& answer : answers)
    written.push_back(is<Written>(answer.get()));
  EXPECT_EQ(written, (std::vector<bool>{true, true, true, false, false}));
  EXPECT_EQ(desk.writer->metrics().not_taken, 2);
  EXPECT_TRUE(is<Written>(desk.run(create_system("d"))));
}

TEST(GroupCommit, the_queue_is_bounded_by_bytes_too) {
  Desk desk({.bounds = {.waiting_bytes_max = 1'000}});
  Submission large = create_system("large");
  large.request_bytes = 900;
  Submission more = create_system("more");
  more.request_bytes = 200;
  auto answers = desk.leave_at_door({large, more});
  desk.log->open_door();
  EXPECT_TRUE(is<Written>(answers[0].get()));
  EXPECT_TRUE(is<NotApplied>(answers[1].get()));
}

TEST(GroupCommit, ten_thousand_from_eight_threads_are_each_acknowledged_once_at_dense_positions) {
  Desk desk;
  constexpr int threads = 8;
  constexpr int each = 1'250;
  std::vector<std::atomic<int>> answers(threads * each);
  std::vector<events::Position> positions(threads * each);
  std::vector<std::thread> submitters;
  for (int t = 0; t < threads; ++t) {
    submitters.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const auto n = static_cast<std::size_t>(t * each + i);
        desk.writer->submit(create_system("m" + std::to_string(n)), [&, n](const Outcome& outcome) {
          ++answers[n];
          positions[n] = as<Written>(outcome).last;
        });
      }
    });
  }
  for (std::thread& submitter : submitters)
    submitter.join();
  desk.writer->stop();
  for (const auto& count : answers)
    ASSERT_EQ(count, 1);
  const std::set<events::Position> distinct(positions.begin(), positions.end());
  EXPECT_EQ(distinct.size(), positions.size());
  EXPECT_EQ(*distinct.begin(), 2);
  EXPECT_EQ(*distinct.rbegin(), positions.size() + 1);
  EXPECT_EQ(desk.engine->end(), positions.size() + 2);
}

}  // namespace
}  // namespace almanac::writer::test
