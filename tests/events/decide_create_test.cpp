#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

const ModelId parent = id(1);

Scenario with_parent(const std::function<void(SystemFields&, Price&)>& but = {}) {
  Scenario scenario = given({system_created(parent, start(), "m", but)});
  scenario.by(member_of("acme"));
  return scenario;
}

TEST(CreateUserModel, writes_its_own_fields_as_given) {
  auto command = create_user(parent);
  command.own.context_window = 1'000;
  command.metadata = R"({"a":1.0})";
  const auto events =
      with_parent().when(command).then({ModelCreated{"Support", true, R"({"a":1.0})", command.own}});
  EXPECT_EQ(events[0].organization, "acme");
  EXPECT_EQ(events[0].effective_at, start());
}

TEST(CreateUserModel, carries_what_it_costs_as_of_now) {
  const auto events = with_parent().when(create_user(parent)).then_types({"ModelCreated"});
  const PriceHead expected{parent, {times("1.5"), Tier::standard}, "p", "m"};
  EXPECT_EQ(events[0].head, expected);
}

TEST(CreateUserModel, takes_its_id_from_log_time_and_position) {
  const auto events = with_parent().when(create_user(parent)).then_types({"ModelCreated"});
  NewIds ids{start(), 2};
  EXPECT_EQ(events[0].subject, ids.next());
}

TEST(CreateUserModel, needs_the_scope_models_write) {
  Caller reader = member_of("acme");
  reader.scopes = scopes({Scope::models_read, Scope::catalog_write});
  EXPECT_EQ(with_parent().by(reader).when(create_user(parent)).then_refused<MissingScope>().scope,
            "models:write");
}

TEST(CreateUserModel, refuses_a_parent_that_does_not_exist) {
  EXPECT_TRUE(mentions(with_parent().when(create_user(id(9))).then_fault("/parentModelId"), id(9).text()));
}

TEST(CreateUserModel, refuses_a_user_model_as_parent_and_names_that_ones_parent) {
  auto scenario = with_parent();
  scenario.given({user_created(id(2), parent, start())});
  EXPECT_TRUE(mentions(scenario.when(create_user(id(2))).then_fault("/parentModelId"), parent.text()));
}

TEST(CreateUserModel, speaks_of_another_organisations_model_as_of_none) {
  auto scenario = with_parent();
  scenario.given({user_created(id(2), parent, start(), "other")});
  EXPECT_EQ(scenario.when(create_user(id(2))).then_fault("/parentModelId"),
            "There is no system model " + id(2).text() + ".");
}

TEST(CreateUserModel, refuses_a_disabled_parent) {
  auto scenario = with_parent();
  ChangeModel off = change(parent, {});
  off.enabled = false;
  scenario.given_done(off);
  EXPECT_TRUE(mentions(scenario.when(create_user(parent)).then_fault("/parentModelId"), "disabled"));
}

TEST(CreateUserModel, names_the_replacement_of_a_parent_at_its_end) {
  auto scenario = with_parent();
  scenario.given({system_created(id(2), start(), "next")});
  auto end = deprecate(parent, after_start(day));
  end.replacement = id(2);
  scenario.given_done(end).later(2 * day);
  EXPECT_TRUE(mentions(scenario.when(create_user(parent)).then_fault("/parentModelId"), id(2).text()));
}

TEST(CreateUserModel, names_the_usable_model_at_the_end_of_the_chain_of_replacements) {
  auto scenario = with_parent();
  scenario.given({system_created(id(2), start(), "next"), system_created(id(3), start(), "last")});
  auto end = deprecate(parent, after_start(day));
  end.replacement = id(2);
  auto next_end = deprecate(id(2), after_start(day));
  next_end.replacement = id(3);
  scenario.given_done(end).given_done(next_end).later(2 * day);
  const auto detail = scenario.when(create_user(parent)).then_fault("/parentModelId");
  EXPECT_TRUE(mentions(detail, id(3).text())) << detail;
  EXPECT_FALSE(mentions(detail, id(2).text())) << detail;
}

TEST(CreateUserModel, is_refused_by_the_clock_before_any_timer_fired) {
  auto scenario = with_parent();
  scenario.given_done(deprecate(parent, after_start(day)));
  World& world = scenario.world();
  world.advance(day);
  const auto judged = world.judge(create_user(parent), member_of("acme"));
  ASSERT_FALSE(judged);
  EXPECT_TRUE(std::holds_alternative<Invalid>(judged.error()));
}

TEST(CreateUserModel, is_allowed_on_a_deprecated_parent) {
  auto scenario = with_parent();
  scenario.given_done(deprecate(parent, after_start(day)));
  scenario.when(create_user(parent)).then_types({"ModelCreated"});
}

TEST(CreateUserModel, is_refused_on_a_deprecated_parent_where_the_policy_says_so) {
  auto scenario = with_parent();
  scenario.given_done(deprecate(parent, after_start(day)));
  scenario.under({Policy::CreateOnDeprecated::refuse, 0});
  scenario.when(create_user(parent)).then_fault("/parentModelId");
}

TEST(CreateUserModel, needs_a_paid_plan_for_a_premium_parent) {
  auto scenario = with_parent([](SystemFields&, Price& price) { price.tier = Tier::premium; });
  EXPECT_EQ(scenario.when(create_user(parent)).then_refused<PlanRequired>().plan, "pro");
  scenario.by(member_of("acme", Plan::pro)).when(create_user(parent)).then_types({"ModelCreated"});
}

TEST(CreateUserModel, is_asked_for_its_plan_only_once_its_fields_are_right) {
  auto scenario = with_parent([](SystemFields&, Price& price) { price.tier = Tier::premium; });
  auto command = create_user(parent);
  command.display_name.clear();
  scenario.when(command).then_faults({"/displayName"});
}

TEST(CreateUserModel, needs_a_paid_plan_from_the_instant_at_which_a_premium_tier_holds) {
  auto scenario = with_parent();
  auto premium = reprice(parent, "2", after_start(day));
  premium.tier = Tier::premium;
  scenario.given_done(premium);
  scenario.when(create_user(parent)).then_types({"ModelCreated"});
  scenario.later(day).when(create_user(parent)).then_refused<PlanRequired>();
}

TEST(CreateUserModel, refuses_a_window_above_the_parents) {
  auto command = create_user(parent);
  command.own.context_window = 8'193;
  EXPECT_TRUE(mentions(with_parent().when(command).then_fault("/contextWindow"), "8192"));
}

TEST(CreateUserModel, takes_the_parents_very_window) {
  auto command = create_user(parent);
  command.own.context_window = 8'192;
  with_parent().when(command).then_types({"ModelCreated"});
}

TEST(CreateUserModel, refuses_an_output_limit_above_the_parents) {
  auto command = create_user(parent);
  command.own.max_tokens = 4'097;
  with_parent().when(command).then_fault("/maxTokensPerRequest");
}

TEST(CreateUserModel, is_not_bound_by_a_limit_that_the_parent_does_not_know) {
  auto command = create_user(parent);
  command.own.max_tokens = 200'000;
  with_parent([](SystemFields& own, Price&) { own.max_tokens.reset(); })
      .when(command)
      .then_types({"ModelCreated"});
}

TEST(CreateUserModel, refuses_streaming_that_the_parent_does_not_have) {
  auto command = create_user(parent);
  command.own.streaming = true;
  with_parent([](SystemFields& own, Price&) { own.streaming = false; })
      .when(command)
      .then_fault("/supportsStreaming");
}

TEST(CreateUserModel, tells_all_faults_at_once_with_those_that_parsing_found) {
  auto command = create_user(id(9));
  command.display_name.clear();
  command.own.context_window = 0;
  command.own.max_tokens = 200'001;
  command.own.system_prompt_id = "";
  command.faults = {{"/color", "is no field of a user model"}};
  with_parent().when(command).then_faults({"/color", "/parentModelId", "/displayName", "/contextWindow",
                                           "/maxTokensPerRequest", "/systemPromptId"});
}

TEST(CreateUserModel, does_not_judge_again_what_parsing_found_at_fault) {
  auto command = create_user({});
  command.display_name.clear();
  command.faults = {{"/parentModelId", "must be a string"}, {"/displayName", "is required"}};
  with_parent().when(command).then_faults({"/parentModelId", "/displayName"});
}

TEST(CreateUserModel, is_refused_under_if_match_since_nothing_exists_that_could_match) {
  with_parent().if_match({1, 1, 0}).when(create_user(parent)).then_refused<StaleTag>();
}

TEST(CreateSystemModel, needs_the_scope_catalog_write) {
  EXPECT_EQ(Scenario().by(member_of("acme")).when(create_system()).then_refused<MissingScope>().scope,
            "catalog:write");
}

TEST(CreateSystemModel, makes_its_key_of_provider_and_name) {
  const auto events = Scenario().when(create_system("gpt")).then_types({"ModelCreated"});
  const auto& created = std::get<ModelCreated>(events[0].payload);
  EXPECT_EQ(std::get<SystemFields>(created.own).external_key, "p/gpt");
}

TEST(CreateSystemModel, is_priced_by_itself) {
  const auto events = Scenario().when(create_system("gpt")).then_types({"ModelCreated"});
  EXPECT_EQ(events[0].head->priced_by, events[0].subject);
  EXPECT_EQ(events[0].head->price, (Price{times("1.5"), Tier::standard}));
  EXPECT_EQ(events[0].organization, "");
}

TEST(CreateSystemModel, refuses_a_key_that_is_taken) {
  auto command = create_system("other");
  command.own.external_key = "p/m";
  command.external_key_given = true;
  const auto taken = given({system_created(id(1), start())}).when(command).then_refused<KeyTaken>();
  EXPECT_EQ(taken.external_key, "p/m");
  EXPECT_EQ(taken.by, id(1));
}

TEST(CreateSystemModel, takes_a_key_that_a_deletion_set_free_with_a_new_id) {
  auto scenario = given({system_created(id(1), start())});
  scenario.given_done(DeleteModel{id(1)}).given_done(create_system("m"));
  EXPECT_NE(scenario.done(), id(1));
}

TEST(CreateSystemModel, needs_a_context_window) {
  auto command = create_system();
  command.own.context_window.reset();
  Scenario().when(command).then_faults({"/contextWindow"});
}

TEST(CreateSystemModel, takes_windows_up_to_a_hundred_million) {
  auto command = create_system();
  command.own.context_window = 100'000'000;
  Scenario().when(command).then_types({"ModelCreated"});
  command.own.context_window = 100'000'001;
  Scenario().when(command).then_faults({"/contextWindow"});
}

TEST(CreateSystemModel, refuses_a_multiplier_beyond_ten_thousand) {
  auto command = create_system();
  command.price.multiplier = Multiplier{10'000'000'001};
  Scenario().when(command).then_faults({"/creditMultiplier"});
}

TEST(CreateSystemModel, tells_all_faults_at_once) {
  auto command = create_system();
  command.own.provider.clear();
  command.own.model_name = std::string(201, 'x');
  command.display_name = "a\nb";
  command.own.description = std::string(2'001, 'x');
  command.own.max_tokens = 0;
  Scenario().when(command).then_faults(
      {"/provider", "/modelName", "/displayName", "/description", "/maxTokensPerRequest"});
}

}  // namespace
}  // namespace almanac::events::testing
