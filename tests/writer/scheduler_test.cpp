#include "services/scheduler/scheduler.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <thread>

#include "tests/writer/support/watch.hpp"

namespace almanac::writer::test {
namespace {

constexpr events::Instant begin = HeldClock::begin;

events::Instant after(std::int64_t ms) {
  return {begin.ms + ms};
}

std::vector<events::Recorded> ends(const Desk& desk) {
  std::vector<events::Recorded> found;
  for (const auto& recorded : desk.events()) {
    if (std::holds_alternative<events::ModelReachedEndOfLife>(recorded.event.payload))
      found.push_back(recorded);
  }
  return found;
}

std::vector<events::ModelId> retire_at(Desk& desk, const std::vector<std::int64_t>& due_ms) {
  std::vector<events::ModelId> ids;
  for (std::size_t i = 0; i < due_ms.size(); ++i) {
    ids.push_back(
        desk.created(create_system("timed-" + std::to_string(due_ms[i]) + "-" + std::to_string(i))));
    desk.run(deprecate(ids.back(), after(due_ms[i])));
  }
  return ids;
}

TEST(Scheduler, an_end_of_life_is_recorded_when_it_is_due_and_not_before) {
  Desk desk;
  const auto ids = retire_at(desk, {1'000});
  Watch watch(desk);
  watch.begin();
  desk.clock.pass(999);
  watch.look();
  EXPECT_TRUE(ends(desk).empty());
  desk.clock.pass(1);
  watch.look();
  ASSERT_EQ(ends(desk).size(), 1);
  EXPECT_EQ(ends(desk)[0].event.subject, ids[0]);
  EXPECT_EQ(ends(desk)[0].stamp.time, after(1'000));
  EXPECT_TRUE(desk.model(ids[0])->ended);
}

TEST(Scheduler, after_downtime_all_that_is_due_is_recorded_once_in_due_order) {
  Desk desk;
  std::vector<std::int64_t> due;
  for (int i = 0; i < 300; ++i)
    due.push_back(1'000 + (i * 7'919) % 300);
  retire_at(desk, due);
  desk.close();
  desk.clock.pass(3'600'000);
  desk.open();
  ASSERT_TRUE(desk.start());
  Watch watch(desk);
  watch.begin();
  const auto recorded = ends(desk);
  ASSERT_EQ(recorded.size(), due.size());
  for (std::size_t i = 1; i < recorded.size(); ++i) {
    EXPECT_LE(std::get<events::ModelReachedEndOfLife>(recorded[i - 1].event.payload).due_at,
              std::get<events::ModelReachedEndOfLife>(recorded[i].event.payload).due_at);
  }
  watch.look();
  EXPECT_EQ(ends(desk).size(), due.size());
}

TEST(Scheduler, users_share_the_writer_with_a_long_catch_up) {
  Desk desk;
  retire_at(desk, std::vector<std::int64_t>(3 * scheduler::Scheduler::round_max, 1'000));
  desk.clock.pass(2'000);
  Watch watch(desk);
  desk.log->close_door();
  watch.scheduler.start();
  desk.log->await_append();
  auto answer = desk.submit(create_system("a user's"));
  desk.log->open_door();
  const auto written = as<Written>(answer.get());
  watch.scheduler.stop();
  watch.begin();
  EXPECT_LT(written.last, ends(desk).back().stamp.position);
  EXPECT_EQ(ends(desk).size(), 3 * scheduler::Scheduler::round_max);
}

TEST(Scheduler, a_timer_added_before_its_place_pulls_it_back) {
  Desk desk;
  Watch watch(desk);
  retire_at(desk, {50'000});
  watch.begin();
  const auto early = retire_at(desk, {10'000});
  desk.clock.pass(20'000);
  watch.look();
  ASSERT_EQ(ends(desk).size(), 1);
  EXPECT_EQ(ends(desk)[0].event.subject, early[0]);
}

TEST(Scheduler, a_round_that_was_not_applied_is_fired_again_later) {
  Desk desk;
  retire_at(desk, {1'000});
  Watch watch(desk);
  watch.begin();
  desk.log->next_append([](log::Log&, log::Epoch, log::Position, std::span<const log::Record>) {
    return log::AppendResult(log::Unavailable{"not now"});
  });
  desk.clock.pass(1'000);
  watch.look();
  EXPECT_TRUE(ends(desk).empty());
  desk.clock.pass(scheduler::Scheduler::look_again_ms);
  watch.look();
  EXPECT_EQ(ends(desk).size(), 1);
}

TEST(Scheduler, nothing_is_fired_while_the_clock_is_in_doubt_and_everything_after_it_is_resumed) {
  Desk desk;
  retire_at(desk, {3'600'000});
  Watch watch(desk);
  watch.begin();
  desk.clock.set(after(7'200'000));
  watch.look();
  EXPECT_TRUE(ends(desk).empty());
  desk.writer->resume_firing();
  watch.look();
  EXPECT_EQ(ends(desk).size(), 1);
}

TEST(Scheduler, a_schedule_that_was_taken_back_is_not_fired) {
  Desk desk;
  const auto ids = retire_at(desk, {1'000, 2'000});
  Watch watch(desk);
  watch.begin();
  desk.run(restore(ids[0]));
  desk.clock.pass(5'000);
  watch.look();
  ASSERT_EQ(ends(desk).size(), 1);
  EXPECT_EQ(ends(desk)[0].event.subject, ids[1]);
}

TEST(Scheduler, a_wait_for_an_instant_that_has_passed_ends_at_once) {
  std::mutex mutex;
  std::condition_variable wake;
  std::unique_lock lock(mutex);
  scheduler::wait_on_wall_clock(wake, lock, MachineClock().wall());
  EXPECT_TRUE(lock.owns_lock());
}

TEST(Scheduler, a_wait_without_an_instant_ends_when_it_is_woken) {
  std::mutex mutex;
  std::condition_variable wake;
  std::unique_lock lock(mutex);
  std::thread other([&] {
    const std::lock_guard held(mutex);
    wake.notify_all();
  });
  scheduler::wait_on_wall_clock(wake, lock, std::nullopt);
  lock.unlock();
  other.join();
}

TEST(Scheduler, a_wait_for_the_year_9999_is_a_wait) {
  std::mutex mutex;
  std::condition_variable wake;
  bool woken = false;
  std::unique_lock lock(mutex);
  std::thread other([&] {
    const std::lock_guard held(mutex);
    woken = true;
    wake.notify_all();
  });
  int waits = 0;
  while (!woken) {
    scheduler::wait_on_wall_clock(wake, lock, events::Instant::parse("9999-12-31T23:59:59Z"));
    ++waits;
  }
  lock.unlock();
  other.join();
  EXPECT_EQ(waits, 1) << "an instant that does not fit in nanoseconds made the wait a busy loop";
}

TEST(Scheduler, clocks_that_go_back_and_forth_make_no_transition_early_lost_or_double) {
  EXPECT_TRUE(rc::check("any schedule of clocks, restarts and commands", [] {
    Desk desk;
    std::map<events::ModelId, std::int64_t> due;
    const auto due_ms =
        *rc::gen::container<std::vector<std::int64_t>>(4, rc::gen::inRange<std::int64_t>(1, 600'000));
    const auto ids = retire_at(desk, due_ms);
    for (std::size_t i = 0; i < ids.size(); ++i)
      due[ids[i]] = due_ms[i];
    auto watch = std::make_unique<Watch>(desk);
    watch->begin();
    const auto steps =
        *rc::gen::resize(20, rc::gen::container<std::vector<std::pair<int, std::int64_t>>>(rc::gen::pair(
                                 rc::gen::inRange(0, 5), rc::gen::inRange<std::int64_t>(0, 120'000))));
    for (const auto& [what, ms] : steps) {
      switch (what) {
        case 0:
          desk.clock.pass(ms);
          break;
        case 1:
          desk.clock.set({desk.clock.wall().ms + ms});
          break;
        case 2:
          desk.clock.set({desk.clock.wall().ms - ms});
          break;
        case 3:
          desk.run(rename(ids[static_cast<std::size_t>(ms) % ids.size()], std::to_string(ms)));
          break;
        default:
          watch.reset();
          desk.restart();
          watch = std::make_unique<Watch>(desk);
          watch->begin();
          break;
      }
      watch->look();
      for (const auto& recorded : ends(desk)) {
        RC_ASSERT(recorded.stamp.time >= after(due[*recorded.event.subject]));
      }
    }
    desk.clock.set(std::max(desk.clock.wall(), after(3'600'000)));
    desk.writer->resume_firing();
    watch->look();
    std::map<events::ModelId, int> fired;
    for (const auto& recorded : ends(desk))
      ++fired[*recorded.event.subject];
    RC_ASSERT(fired.size() == ids.size());
    for (const auto& [id, times] : fired)
      RC_ASSERT(times == 1);
  }));
}

}  // namespace
}  // namespace almanac::writer::test
