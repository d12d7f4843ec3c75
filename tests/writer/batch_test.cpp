#include <gtest/gtest.h>

#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

TEST(Batch, two_creations_of_one_external_key_in_one_batch_are_one_model_and_one_refusal) {
  Desk desk;
  const auto outcomes = desk.run_together({create_system("a"), create_system("a")});
  EXPECT_TRUE(is<Written>(outcomes[0]));
  ASSERT_TRUE(rejected_as<events::KeyTaken>(outcomes[1]));
  EXPECT_EQ(std::get<events::KeyTaken>(as<Judged>(outcomes[1]).rejection).by, as<Written>(outcomes[0]).model);
}

TEST(Batch, a_child_created_in_the_batch_keeps_its_parent_from_being_deleted_in_it) {
  Desk desk;
  const auto parent = desk.created(create_system("parent"));
  const auto outcomes = desk.run_together({create_user(parent, "child"), remove(parent)});
  ASSERT_TRUE(is<Written>(outcomes[0]));
  ASSERT_TRUE(rejected_as<events::HasDependents>(outcomes[1]));
  EXPECT_EQ(std::get<events::HasDependents>(as<Judged>(outcomes[1]).rejection).ids,
            std::vector{*as<Written>(outcomes[0]).model});
}

TEST(Batch, a_key_that_the_batch_frees_can_be_taken_in_it) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  const auto outcomes = desk.run_together({remove(id), create_system("a")});
  EXPECT_TRUE(is<Written>(outcomes[0]));
  ASSERT_TRUE(is<Written>(outcomes[1]));
  EXPECT_NE(as<Written>(outcomes[1]).model, id);
}

TEST(Batch, what_the_batch_judged_is_what_a_replay_of_the_log_folds) {
  Desk desk;
  const auto parent = desk.created(create_system("parent"));
  std::vector<Submission> submissions;
  for (int i = 0; i < 30; ++i)
    submissions.push_back(create_user(parent, "child " + std::to_string(i)));
  submissions.push_back(rename(parent, "other"));
  submissions.push_back(deprecate(parent, {HeldClock::begin.ms + 1'000}));
  submissions.push_back(with_key(import_of(20, "row"), "k"));
  desk.run_together(std::move(submissions));

  Desk other({}, Desk::Start::later);
  ASSERT_TRUE(other.projector->catch_up(*desk.engine, [](events::Position, events::Position) {}));
  EXPECT_EQ(projections::digest(*other.projector->latest()), projections::digest(*desk.projector->latest()));
}

TEST(DryRun, writes_nothing_and_shows_what_would_be) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  const events::Instant later{HeldClock::begin.ms + 1'000'000};
  const auto digest = projections::digest(*desk.projector->latest());
  const Outcome outcome = desk.run(dry(deprecate(id, later)));
  const auto& unchanged = as<Unchanged>(outcome);
  ASSERT_TRUE(unchanged.would_be);
  EXPECT_EQ(unchanged.would_be->deprecation->end_of_life_at, later);
  EXPECT_EQ(unchanged.would_be->version, 2);
  ASSERT_EQ(unchanged.would_write.size(), 1);
  EXPECT_EQ(events::name_of(unchanged.would_write[0].payload), "ModelDeprecated");
  EXPECT_EQ(desk.events().size(), 3);
  EXPECT_FALSE(desk.model(id)->deprecation);
  EXPECT_EQ(projections::digest(*desk.projector->latest()), digest);
}

TEST(DryRun, shows_parent_and_replacement) {
  Desk desk;
  const auto parent = desk.created(create_system("parent"));
  const auto heir = desk.created(create_system("heir"));
  const auto child = desk.created(create_user(parent, "child"));
  events::DeprecateModel command{.id = child, .end_of_life_at = {HeldClock::begin.ms + 1'000}};
  command.replacement = heir;
  const Outcome outcome = desk.run(dry({.command = command, .caller = member_of("acme")}));
  const auto& unchanged = as<Unchanged>(outcome);
  ASSERT_TRUE(unchanged.would_be_parent);
  EXPECT_EQ(unchanged.would_be_parent->id, parent);
  ASSERT_TRUE(unchanged.would_be_replacement);
  EXPECT_EQ(unchanged.would_be_replacement->id, heir);
}

TEST(DryRun, leaves_the_rest_of_its_batch_alone) {
  Desk desk;
  const auto outcomes =
      desk.run_together({dry(create_system("a")), create_system("a"), dry(create_system("a"))});
  EXPECT_TRUE(is<Unchanged>(outcomes[0]));
  EXPECT_TRUE(is<Written>(outcomes[1]));
  EXPECT_TRUE(rejected_as<events::KeyTaken>(outcomes[2]));
}

TEST(DryRun, is_not_remembered_under_its_key) {
  Desk desk;
  const Submission submission = with_key(create_system("a"), "k");
  desk.run(dry(submission));
  EXPECT_FALSE(as<Written>(desk.run(submission)).replayed);
}

TEST(DryRun, a_plan_says_every_verdict_and_the_events_that_it_would_write) {
  Desk desk;
  const Outcome outcome = desk.run(dry(import_of(5, "row")));
  const auto& unchanged = as<Unchanged>(outcome);
  ASSERT_TRUE(unchanged.import);
  EXPECT_EQ(unchanged.import->rows.size(), 5);
  EXPECT_EQ(unchanged.would_write.size(), 6);
  EXPECT_EQ(desk.events().size(), 2);
}

}  // namespace
}  // namespace almanac::writer::test
