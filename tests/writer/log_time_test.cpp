#include "services/writer/log_time.hpp"

#include <gtest/gtest.h>

#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr events::Instant begin = HeldClock::begin;

events::Instant after(std::int64_t ms) {
  return {begin.ms + ms};
}

TEST(LogTime, is_the_wall_clock_but_never_before_the_last_event) {
  HeldClock clock;
  LogTime time(clock, LogTime::Behind::refuse);
  EXPECT_EQ(time.read().now, begin);
  time.happened(after(500));
  EXPECT_EQ(time.read().now, after(500));
  clock.pass(499);
  EXPECT_EQ(time.read().now, after(500));
  clock.pass(2);
  EXPECT_EQ(time.read().now, after(501));
}

TEST(LogTime, pauses_firing_when_the_wall_clock_moves_a_minute_against_the_steady_one_until_resumed) {
  for (const std::int64_t moved : {minute_ms + 1, -minute_ms - 1}) {
    HeldClock clock;
    LogTime time(clock, LogTime::Behind::refuse);
    clock.set(after(moved));
    EXPECT_TRUE(time.read().jumped);
    clock.set(begin);
    EXPECT_FALSE(time.read().firing()) << "a clock that came back may be wrong again";
    time.resume();
    EXPECT_TRUE(time.read().firing());
  }
}

TEST(LogTime, lets_a_small_correction_pass) {
  HeldClock clock;
  LogTime time(clock, LogTime::Behind::refuse);
  clock.set(after(minute_ms));
  EXPECT_TRUE(time.read().firing());
}

TEST(LogTime, adds_small_steps_up) {
  HeldClock clock;
  LogTime time(clock, LogTime::Behind::refuse);
  clock.set(after(40'000));
  EXPECT_TRUE(time.read().firing());
  clock.set(after(80'000));
  EXPECT_FALSE(time.read().firing());
}

TEST(LogTime, forgives_two_honest_clocks_that_drift_apart_over_days) {
  HeldClock clock;
  LogTime time(clock, LogTime::Behind::refuse);
  for (int hour = 0; hour < 24 * 30; ++hour) {
    clock.pass(61 * minute_ms);
    clock.set({clock.wall().ms + 1'000});
    ASSERT_TRUE(time.read().firing()) << "hour " << hour;
  }
}

TEST(LogTime, a_start_more_than_five_minutes_behind_waits_for_the_clock) {
  HeldClock clock;
  LogTime time(clock, LogTime::Behind::refuse);
  time.opened(after(5 * minute_ms + 1));
  EXPECT_TRUE(time.read().behind);
  EXPECT_FALSE(time.read().firing());
  clock.pass(5 * minute_ms);
  EXPECT_TRUE(time.read().behind);
  clock.pass(1);
  EXPECT_FALSE(time.read().behind);
}

TEST(LogTime, a_start_a_little_behind_or_told_to_accept_it_goes_on) {
  HeldClock clock;
  LogTime little(clock, LogTime::Behind::refuse);
  little.opened(after(5 * minute_ms));
  EXPECT_FALSE(little.read().behind);
  LogTime told(clock, LogTime::Behind::accept);
  told.opened(after(500 * minute_ms));
  EXPECT_FALSE(told.read().behind);
  EXPECT_EQ(told.read().now, after(500 * minute_ms));
}

TEST(LogTimeOfWriter, never_goes_back_in_the_log) {
  Desk desk;
  for (const std::int64_t wall : {0, 30'000, -20'000, 10'000, 40'000, 5'000}) {
    desk.clock.set(after(wall));
    desk.run(create_system("m" + std::to_string(wall)));
  }
  const auto events = desk.events();
  for (std::size_t i = 1; i < events.size(); ++i) {
    EXPECT_GE(events[i].stamp.time, events[i - 1].stamp.time);
  }
}

TEST(LogTimeOfWriter, a_start_far_behind_takes_no_writes_until_the_clock_is_there) {
  Desk desk;
  desk.clock.pass(60 * minute_ms);
  desk.run(create_system("a"));
  desk.clock.set(begin);
  desk.restart();
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("b"))));
  EXPECT_NE(desk.writer->status().why_not.find("clock"), std::string::npos);
  desk.clock.set(after(60 * minute_ms));
  EXPECT_TRUE(desk.writer->status().taking_writes);
  EXPECT_TRUE(is<Written>(desk.run(create_system("b"))));
}

TEST(LogTimeOfWriter, a_jump_pauses_firing_and_not_writing) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  desk.run(deprecate(id, after(100 * minute_ms)));
  desk.clock.set(after(200 * minute_ms));
  EXPECT_TRUE(desk.writer->status().taking_writes);
  EXPECT_FALSE(desk.writer->status().firing);
  EXPECT_NE(desk.writer->status().why_not_firing.find("SIGHUP"), std::string::npos);
  EXPECT_TRUE(is<Written>(desk.run(create_system("b"))));
  EXPECT_FALSE(desk.model(id)->ended);
  desk.writer->resume_firing();
  EXPECT_TRUE(desk.writer->status().firing);
}

}  // namespace
}  // namespace almanac::writer::test
