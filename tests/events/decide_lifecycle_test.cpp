#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

const ModelId model = id(1);
const ModelId next = id(2);
const ModelId mine = id(3);

Scenario with_models() {
  return given({system_created(model, start()), system_created(next, start(), "next"),
                user_created(mine, model, start())});
}
DeprecateModel deprecate_to(const ModelId& which, const ModelId& replacement, Instant at = after_start(day)) {
  auto command = deprecate(which, at);
  command.replacement = replacement;
  return command;
}

TEST(DeprecateModel, schedules_an_end) {
  auto command = deprecate_to(model, next);
  command.message = "Use next.";
  const auto events =
      with_models().when(command).then({ModelDeprecated{after_start(day), "Use next.", next}});
  EXPECT_EQ(events[0].effective_at, start());
}

TEST(DeprecateModel, done_twice_writes_nothing_the_second_time) {
  auto scenario = with_models();
  scenario.given_done(deprecate_to(model, next)).when(deprecate_to(model, next)).then_nothing();
}

TEST(DeprecateModel, done_twice_writes_nothing_even_when_the_replacement_ended_meanwhile) {
  auto scenario = with_models();
  scenario.given_done(deprecate_to(model, next, after_start(9 * day)));
  scenario.given_done(deprecate(next, after_start(day))).later(2 * day);
  scenario.when(deprecate_to(model, next, after_start(9 * day))).then_nothing();
}

TEST(DeprecateModel, can_move_its_date_before_the_end) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  scenario.when(deprecate(model, after_start(2 * day))).then({ModelDeprecated{after_start(2 * day), {}, {}}});
  EXPECT_EQ(scenario.world().at(model).deprecation->scheduled_by, scenario.world().next() - 1);
}

TEST(DeprecateModel, keeps_its_schedule_when_only_words_change) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  const auto scheduled = scenario.world().at(model).deprecation;
  auto words = deprecate(model, after_start(day));
  words.message = "Soon.";
  scenario.later(second).when(words).then({ModelDeprecated{after_start(day), "Soon.", {}}});
  EXPECT_EQ(scenario.world().at(model).deprecation->scheduled_by, scheduled->scheduled_by);
  EXPECT_EQ(scenario.world().at(model).deprecation->first_deprecated_at, start());
}

TEST(DeprecateModel, ends_now_by_a_past_date_in_one_append) {
  auto scenario = with_models();
  const Instant past = after_start(-day);
  const Position first = scenario.world().next();
  const auto events = scenario.when(deprecate(model, past))
                          .then({ModelDeprecated{past, {}, {}}, ModelReachedEndOfLife{past, start(), first}});
  EXPECT_EQ(events[1].effective_at, start());
  EXPECT_EQ(scenario.world().at(model).deprecation->scheduled_by, first);
}

TEST(DeprecateModel, ends_now_by_the_present_instant) {
  with_models().when(deprecate(model, start())).then_types({"ModelDeprecated", "ModelReachedEndOfLife"});
}

TEST(DeprecateModel, may_change_words_after_the_end) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day))).later(2 * day);
  scenario.when(deprecate_to(model, next)).then_types({"ModelDeprecated"});
  EXPECT_TRUE(scenario.world().at(model).ended);
}

TEST(DeprecateModel, may_not_change_the_date_after_the_end) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day))).later(2 * day);
  const auto detail = scenario.when(deprecate(model, after_start(5 * day))).then_fault("/endOfLifeAt");
  EXPECT_TRUE(mentions(detail, after_start(day).text())) << detail;
}

TEST(DeprecateModel, refuses_a_replacement_that_does_not_exist) {
  with_models().when(deprecate_to(model, id(9))).then_fault("/replacementModelId");
}

TEST(DeprecateModel, refuses_itself_as_replacement) {
  with_models().when(deprecate_to(model, model)).then_fault("/replacementModelId");
}

TEST(DeprecateModel, refuses_a_user_model_as_a_system_models_replacement) {
  EXPECT_EQ(with_models().when(deprecate_to(model, mine)).then_fault("/replacementModelId"),
            "There is no system model " + mine.text() + ".");
}

TEST(DeprecateModel, speaks_of_another_organisations_replacement_as_of_none) {
  auto scenario = with_models();
  scenario.given({user_created(id(4), model, start(), "other")}).by(member_of("acme"));
  EXPECT_EQ(scenario.when(deprecate_to(mine, id(4))).then_fault("/replacementModelId"),
            "There is no model " + id(4).text() + ".");
}

TEST(DeprecateModel, takes_an_own_or_a_system_model_as_a_user_models_replacement) {
  auto scenario = with_models();
  scenario.given({user_created(id(4), model, start())}).by(member_of("acme"));
  scenario.when(deprecate_to(mine, id(4))).then_types({"ModelDeprecated"});
  scenario.when(deprecate_to(mine, next)).then_types({"ModelDeprecated"});
}

TEST(DeprecateModel, refuses_a_disabled_replacement) {
  auto scenario = with_models();
  ChangeModel off = change(next, {});
  off.enabled = false;
  scenario.given_done(off);
  EXPECT_TRUE(
      mentions(scenario.when(deprecate_to(model, next)).then_fault("/replacementModelId"), "disabled"));
}

TEST(DeprecateModel, refuses_a_replacement_at_its_end) {
  auto scenario = with_models();
  scenario.given_done(deprecate(next, start()));
  scenario.when(deprecate_to(model, next)).then_fault("/replacementModelId");
}

TEST(DeprecateModel, refuses_a_replacement_whose_parent_is_at_its_end) {
  auto scenario = with_models();
  scenario.given({user_created(id(4), next, start())}).given_done(deprecate(next, start()));
  scenario.by(member_of("acme")).when(deprecate_to(mine, id(4))).then_fault("/replacementModelId");
}

TEST(DeprecateModel, refuses_a_cycle_of_two) {
  auto scenario = with_models();
  scenario.given_done(deprecate_to(model, next));
  scenario.when(deprecate_to(next, model)).then_fault("/replacementModelId");
}

TEST(DeprecateModel, refuses_a_cycle_of_three) {
  auto scenario = with_models();
  scenario.given({system_created(id(5), start(), "third")});
  scenario.given_done(deprecate_to(model, next)).given_done(deprecate_to(next, id(5)));
  scenario.when(deprecate_to(id(5), model)).then_fault("/replacementModelId");
}

TEST(DeprecateModel, refuses_a_message_of_2001_characters_or_none) {
  auto command = deprecate(model, after_start(day));
  command.message = std::string(2'001, 'x');
  with_models().when(command).then_faults({"/deprecationMessage"});
  command.message = "";
  with_models().when(command).then_faults({"/deprecationMessage"});
}

TEST(DeprecateModel, counts_characters_and_not_bytes) {
  auto command = deprecate(model, after_start(day));
  command.message = std::string();
  for (int i = 0; i < 2'000; ++i)
    *command.message += "\xc3\xa4";
  with_models().when(command).then_types({"ModelDeprecated"});
}

TEST(DeprecateModel, keeps_the_notice_that_the_policy_asks_for) {
  auto scenario = with_models();
  scenario.under({Policy::CreateOnDeprecated::allow, 30});
  const auto detail = scenario.when(deprecate(model, after_start(30 * day - 1))).then_fault("/endOfLifeAt");
  EXPECT_TRUE(mentions(detail, "force")) << detail;
  scenario.when(deprecate(model, after_start(30 * day))).then_types({"ModelDeprecated"});
}

TEST(DeprecateModel, ends_sooner_by_force) {
  auto command = deprecate(model, after_start(day));
  command.force = true;
  with_models().under({Policy::CreateOnDeprecated::allow, 30}).when(command).then_types({"ModelDeprecated"});
}

TEST(DeprecateModel, asks_for_no_notice_on_user_models) {
  auto scenario = with_models();
  scenario.under({Policy::CreateOnDeprecated::allow, 30}).by(member_of("acme"));
  scenario.when(deprecate(mine, after_start(1))).then_types({"ModelDeprecated"});
}

TEST(DeprecateModel, tells_all_faults_at_once) {
  auto command = deprecate_to(model, id(9), after_start(1));
  command.message = "";
  with_models()
      .under({Policy::CreateOnDeprecated::allow, 1})
      .when(command)
      .then_faults({"/deprecationMessage", "/endOfLifeAt", "/replacementModelId"});
}

TEST(RestoreModel, cancels_before_the_date) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  scenario.when(RestoreModel{model}).then({ModelDeprecationCancelled{after_start(day)}});
  EXPECT_FALSE(scenario.world().at(model).deprecation);
}

TEST(RestoreModel, restores_after_the_end_and_nothing_is_left_of_it) {
  auto scenario = with_models();
  scenario.given_done(deprecate_to(model, next)).later(2 * day);
  scenario.when(RestoreModel{model}).then({ModelRestored{}});
  EXPECT_FALSE(scenario.world().at(model).deprecation);
  EXPECT_FALSE(scenario.world().at(model).ended);
}

TEST(RestoreModel, writes_nothing_without_a_schedule) {
  with_models().when(RestoreModel{model}).then_nothing();
}

TEST(RestoreModel, needs_the_scope_of_its_kind) {
  EXPECT_EQ(with_models().by(member_of("acme")).when(RestoreModel{model}).then_refused<MissingScope>().scope,
            "catalog:write");
}

TEST(ReachEndOfLife, holds_from_its_date_however_late_it_fires) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  const Position scheduled = scenario.world().next() - 1;
  const auto events = scenario.later(5 * day)
                          .when(ReachEndOfLife{model, scheduled})
                          .then({ModelReachedEndOfLife{after_start(day), after_start(5 * day), scheduled}});
  EXPECT_EQ(events[0].effective_at, after_start(day));
}

TEST(ReachEndOfLife, done_twice_writes_nothing_the_second_time) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  const ReachEndOfLife fire{model, scenario.world().next() - 1};
  scenario.later(day).when(fire).then_types({"ModelReachedEndOfLife"});
  scenario.when(fire).then_nothing();
}

TEST(ReachEndOfLife, is_refused_when_another_schedule_stands) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  const ReachEndOfLife old{model, scenario.world().next() - 1};
  scenario.given_done(deprecate(model, after_start(2 * day))).later(3 * day);
  scenario.when(old).then_faults({"/scheduledBy"});
}

TEST(ReachEndOfLife, is_refused_before_its_date) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  scenario.later(day - 1)
      .when(ReachEndOfLife{model, scenario.world().next() - 1})
      .then_faults({"/scheduledBy"});
}

TEST(ReachEndOfLife, is_refused_for_a_deleted_model) {
  auto scenario = with_models();
  scenario.given_done(deprecate(next, after_start(day)));
  const ReachEndOfLife fire{next, scenario.world().next() - 1};
  scenario.given_done(DeleteModel{next}).later(day);
  scenario.when(fire).then_refused<NotFound>();
}

TEST(ReachEndOfLife, of_a_user_model_tells_the_price_of_its_date_and_not_of_its_firing) {
  auto scenario = with_models();
  scenario.given_done(deprecate(mine, after_start(day)), member_of("acme"));
  const ReachEndOfLife fire{mine, scenario.world().next() - 1};
  scenario.later(2 * day).given_done(reprice(model, "7"));
  const auto events = scenario.later(day).when(fire).then_types({"ModelReachedEndOfLife"});
  EXPECT_EQ(events[0].head->price.multiplier, times("1.5"));
}

TEST(ReachEndOfLife, of_a_user_model_knows_a_price_that_held_by_itself_on_its_date) {
  auto scenario = with_models();
  scenario.given_done(reprice(model, "5", after_start(day)));
  scenario.given_done(deprecate(mine, after_start(2 * day)), member_of("acme"));
  const ReachEndOfLife fire{mine, scenario.world().next() - 1};
  scenario.later(3 * day).given_done(reprice(model, "7"));
  const auto events = scenario.when(fire).then_types({"ModelReachedEndOfLife"});
  EXPECT_EQ(events[0].head->price.multiplier, times("5"));
}

TEST(Due, names_the_schedule_that_has_passed) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, after_start(day)));
  const Model& state = scenario.world().at(model);
  EXPECT_FALSE(due(state, after_start(day - 1)));
  ASSERT_TRUE(due(state, after_start(day)));
  EXPECT_EQ(due(state, after_start(day))->scheduled_by, state.deprecation->scheduled_by);
}

TEST(Due, is_nothing_once_the_end_is_recorded) {
  auto scenario = with_models();
  scenario.given_done(deprecate(model, start()));
  EXPECT_FALSE(due(scenario.world().at(model), after_start(day)));
}

}  // namespace
}  // namespace almanac::events::testing
