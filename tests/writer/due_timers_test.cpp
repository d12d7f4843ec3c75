#include <gtest/gtest.h>

#include <algorithm>

#include "tests/writer/support/desk.hpp"

// Timers that a command meets are fired before it is judged, whatever the scheduler does (there is none
// here).
namespace almanac::writer::test {
namespace {

constexpr events::Instant begin = HeldClock::begin;
constexpr events::Instant noon{begin.ms + 7'200'000};

struct Due : testing::Test {
  events::ModelId retired() {
    const auto id = desk.created(create_system("old"));
    desk.run(deprecate(id, noon));
    desk.clock.pass(7'200'001);
    return id;
  }
  Desk desk;
};

TEST_F(Due, an_end_that_has_passed_is_recorded_before_a_command_on_its_model_is_judged) {
  const auto id = retired();
  const auto outcome = desk.run(restore(id));
  const auto& written = as<Written>(outcome);
  EXPECT_EQ(desk.names(4), (std::vector<std::string>{"ModelReachedEndOfLife", "ModelRestored"}));
  EXPECT_EQ(written.first, 5);
  EXPECT_EQ(written.last, 5);

  const auto events = desk.events();
  const auto& reached = std::get<events::ModelReachedEndOfLife>(events[4].event.payload);
  EXPECT_EQ(reached.due_at, noon);
  EXPECT_EQ(reached.fired_at.ms, noon.ms + 1);
  EXPECT_EQ(reached.scheduled_by, 3);
  EXPECT_EQ(events[4].event.effective_at, noon);
  EXPECT_EQ(events[4].stamp.actor, "system:scheduler");
  EXPECT_EQ(events[4].stamp.causation, 3);
  EXPECT_NE(events[4].stamp.correlation_id, events[5].stamp.correlation_id);
}

TEST_F(Due, a_parents_end_is_recorded_before_a_child_is_created) {
  const auto id = retired();
  EXPECT_TRUE(rejected_as<events::Invalid>(desk.run(create_user(id, "child"))));
  EXPECT_EQ(desk.names(4), std::vector<std::string>{"ModelReachedEndOfLife"});
}

TEST_F(Due, a_replacements_end_is_recorded_before_it_is_named) {
  const auto old = retired();
  const auto other = desk.created(create_system("other"));
  events::DeprecateModel command{.id = other, .end_of_life_at = {noon.ms + 1'000'000}};
  command.replacement = old;
  EXPECT_TRUE(
      rejected_as<events::Invalid>(desk.run({.command = command, .caller = operator_of_catalogue()})));
  EXPECT_EQ(desk.names(5), std::vector<std::string>{"ModelReachedEndOfLife"});
}

TEST_F(Due, it_is_recorded_once_however_many_commands_of_a_batch_meet_it) {
  const auto id = retired();
  desk.run_together({rename(id, "x"), rename(id, "y"), rename(id, "z")});
  EXPECT_EQ(desk.model(id)->display_name, "z");
  const auto names = desk.names();
  EXPECT_EQ(std::ranges::count(names, "ModelReachedEndOfLife"), 1);
}

TEST_F(Due, a_dry_run_sees_it_and_records_nothing) {
  const auto id = retired();
  const auto outcome = desk.run(dry(rename(id, "x")));
  const auto& unchanged = as<Unchanged>(outcome);
  EXPECT_TRUE(unchanged.would_be->ended);
  EXPECT_EQ(unchanged.would_write.size(), 1);
  EXPECT_EQ(desk.events().size(), 4);
}

TEST_F(Due, one_millisecond_early_nothing_is_recorded) {
  const auto id = desk.created(create_system("old"));
  desk.run(deprecate(id, noon));
  desk.clock.pass(7'199'999);
  desk.run(rename(id, "x"));
  EXPECT_EQ(desk.names(4), std::vector<std::string>{"ModelUpdated"});
}

TEST_F(Due, while_the_clock_is_in_doubt_nothing_is_recorded_not_even_on_the_schedulers_word) {
  const auto id = desk.created(create_system("old"));
  desk.run(deprecate(id, noon));
  desk.clock.set({noon.ms + 1});
  desk.run(rename(id, "x"));
  EXPECT_TRUE(is<NotApplied>(
      desk.run({.command = events::ReachEndOfLife{id, 3}, .caller = {.actor = "system:scheduler"}})));
  EXPECT_FALSE(desk.model(id)->ended);
}

TEST_F(Due, firing_twice_is_done_once) {
  const auto id = retired();
  const Submission firing{.command = events::ReachEndOfLife{id, 3}, .caller = {.actor = "system:scheduler"}};
  const auto outcomes = desk.run_together({firing, firing});
  EXPECT_TRUE(is<Written>(outcomes[0]));
  EXPECT_FALSE(is<Written>(outcomes[1]));
  EXPECT_TRUE(desk.model(id)->ended);
}

TEST_F(Due, a_firing_for_a_schedule_that_was_changed_does_nothing) {
  const auto id = desk.created(create_system("old"));
  desk.run(deprecate(id, noon));
  desk.run(deprecate(id, {noon.ms + 3'600'000}));
  desk.clock.pass(7'200'001);
  EXPECT_TRUE(is<Judged>(
      desk.run({.command = events::ReachEndOfLife{id, 3}, .caller = {.actor = "system:scheduler"}})));
  EXPECT_FALSE(desk.model(id)->ended);
}

}  // namespace
}  // namespace almanac::writer::test
