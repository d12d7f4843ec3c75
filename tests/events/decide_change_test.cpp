#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

const ModelId parent = id(1);
const ModelId other_parent = id(2);
const ModelId mine = id(3);

Scenario with_model(const std::function<void(UserFields&)>& but = {}) {
  Scenario scenario = given({system_created(parent, start()),
                             system_created(other_parent, start(), "small",
                                            [](SystemFields& own, Price& price) {
                                              own.context_window = 1'000;
                                              own.streaming = false;
                                              price.multiplier = times("3");
                                            }),
                             user_created(mine, parent, start(), "acme", but)});
  scenario.by(member_of("acme"));
  return scenario;
}

TEST(ChangeModel, says_what_was_and_what_is) {
  with_model()
      .when(change(mine, {{Field::display_name, std::string("Help")}}))
      .then({ModelUpdated{{{Field::display_name, std::string("Support"), std::string("Help")}}}});
}

TEST(ChangeModel, names_its_changes_in_the_order_of_the_fields) {
  with_model()
      .when(change(mine, {{Field::system_prompt, std::string("Be kind.")},
                          {Field::context_window, std::int64_t{100}},
                          {Field::display_name, std::string("Help")}}))
      .then({ModelUpdated{{{Field::display_name, std::string("Support"), std::string("Help")},
                           {Field::context_window, FieldValue{}, std::int64_t{100}},
                           {Field::system_prompt, FieldValue{}, std::string("Be kind.")}}}});
}

TEST(ChangeModel, writes_nothing_when_nothing_changes) {
  ChangeModel same =
      change(mine, {{Field::display_name, std::string("Support")}, {Field::context_window, {}}});
  same.enabled = true;
  with_model().when(same).then_nothing();
}

TEST(ChangeModel, returns_a_field_to_inheritance_by_null) {
  with_model([](UserFields& own) { own.context_window = 5; })
      .when(change(mine, {{Field::context_window, {}}}))
      .then({ModelUpdated{{{Field::context_window, std::int64_t{5}, FieldValue{}}}}});
}

TEST(ChangeModel, refuses_null_where_nothing_can_be_inherited) {
  with_model()
      .when(change(mine, {{Field::display_name, {}}, {Field::parent_model_id, {}}}))
      .then_faults({"/displayName", "/parentModelId"});
}

TEST(ChangeModel, merges_metadata_and_keeps_its_order_and_numbers) {
  auto scenario = with_model();
  scenario.given_done(change(mine, {{Field::metadata, JsonText{R"({"b":1.0,"a":{"x":1}})"}}}),
                      member_of("acme"));
  scenario.when(change(mine, {{Field::metadata, JsonText{R"({"a":{"y":2},"c":null})"}}}))
      .then({ModelUpdated{{{Field::metadata, JsonText{R"({"b":1.0,"a":{"x":1}})"},
                            JsonText{R"({"b":1.0,"a":{"x":1,"y":2}})"}}}}});
}

TEST(ChangeModel, sees_a_change_where_only_the_text_of_a_number_differs) {
  auto scenario = with_model();
  scenario.given_done(change(mine, {{Field::metadata, JsonText{R"({"a":1})"}}}), member_of("acme"));
  scenario.when(change(mine, {{Field::metadata, JsonText{R"({"a":1.0})"}}})).then_types({"ModelUpdated"});
}

TEST(ChangeModel, clears_metadata_by_null) {
  auto scenario = with_model();
  scenario.given_done(change(mine, {{Field::metadata, JsonText{R"({"a":1})"}}}), member_of("acme"));
  scenario.when(change(mine, {{Field::metadata, {}}}))
      .then({ModelUpdated{{{Field::metadata, JsonText{R"({"a":1})"}, JsonText{"null"}}}}});
}

TEST(ChangeModel, judges_the_size_of_metadata_after_the_merge) {
  auto scenario = with_model();
  const std::string half(9'000, 'x');
  scenario.given_done(change(mine, {{Field::metadata, JsonText{R"({"a":")" + half + R"("})"}}}),
                      member_of("acme"));
  scenario.when(change(mine, {{Field::metadata, JsonText{R"({"b":")" + half + R"("})"}}}))
      .then_faults({"/metadata"});
}

TEST(ChangeModel, disables_and_enables_by_events_of_their_own) {
  auto scenario = with_model();
  ChangeModel off = change(mine, {});
  off.enabled = false;
  ChangeModel on = change(mine, {});
  on.enabled = true;
  scenario.when(off).then({ModelDisabled{}});
  scenario.when(off).then_nothing();
  scenario.when(on).then({ModelEnabled{}});
}

TEST(ChangeModel, writes_changes_before_enabling) {
  ChangeModel both = change(mine, {{Field::display_name, std::string("Help")}});
  both.enabled = false;
  with_model().when(both).then_types({"ModelUpdated", "ModelDisabled"});
}

TEST(ChangeModel, repoints_to_another_parent_and_is_priced_by_it) {
  const auto events =
      with_model()
          .when(change(mine, {{Field::parent_model_id, other_parent.text()}}))
          .then({ModelUpdated{{{Field::parent_model_id, parent.text(), other_parent.text()}}}});
  EXPECT_EQ(events[0].head->priced_by, other_parent);
  EXPECT_EQ(events[0].head->price.multiplier, times("3"));
  EXPECT_EQ(events[0].head->model_name, "small");
}

TEST(ChangeModel, judges_all_own_fields_when_it_repoints) {
  with_model([](UserFields& own) {
    own.context_window = 5'000;
    own.streaming = true;
  })
      .when(change(mine, {{Field::parent_model_id, other_parent.text()}}))
      .then_faults({"/contextWindow", "/supportsStreaming"});
}

TEST(ChangeModel, can_repoint_and_shrink_in_one_patch) {
  with_model([](UserFields& own) { own.context_window = 5'000; })
      .when(change(
          mine, {{Field::parent_model_id, other_parent.text()}, {Field::context_window, std::int64_t{500}}}))
      .then_types({"ModelUpdated"});
}

TEST(ChangeModel, refuses_to_repoint_to_what_is_no_system_model) {
  with_model().when(change(mine, {{Field::parent_model_id, id(9).text()}})).then_faults({"/parentModelId"});
  with_model().when(change(mine, {{Field::parent_model_id, mine.text()}})).then_faults({"/parentModelId"});
  with_model()
      .when(change(mine, {{Field::parent_model_id, std::string("gpt")}}))
      .then_faults({"/parentModelId"});
}

TEST(ChangeModel, needs_a_paid_plan_to_repoint_to_premium) {
  auto scenario = with_model();
  auto premium = reprice(other_parent, "3");
  premium.tier = Tier::premium;
  scenario.given_done(premium);
  const auto repoint = change(mine, {{Field::parent_model_id, other_parent.text()}});
  EXPECT_EQ(scenario.when(repoint).then_refused<PlanRequired>().plan, "pro");
  scenario.by(member_of("acme", Plan::enterprise)).when(repoint).then_types({"ModelUpdated"});
}

TEST(ChangeModel, needs_no_plan_for_other_changes_when_the_parent_became_premium) {
  auto scenario = with_model();
  auto premium = reprice(parent, "3");
  premium.tier = Tier::premium;
  scenario.given_done(premium);
  scenario.when(change(mine, {{Field::display_name, std::string("Help")}})).then_types({"ModelUpdated"});
}

TEST(ChangeModel, judges_only_the_fields_that_change) {
  auto scenario = with_model([](UserFields& own) { own.context_window = 8'000; });
  scenario.given_done(change(parent, {{Field::context_window, std::int64_t{4'000}}}));
  scenario
      .when(change(
          mine, {{Field::display_name, std::string("Help")}, {Field::context_window, std::int64_t{8'000}}}))
      .then_types({"ModelUpdated"});
  scenario.when(change(mine, {{Field::context_window, std::int64_t{7'999}}})).then_faults({"/contextWindow"});
}

TEST(ChangeModel, refuses_the_parents_fields_on_a_user_model) {
  with_model()
      .when(change(mine, {{Field::provider, std::string("x")}, {Field::is_recommended, true}}))
      .then_faults({"/provider", "/isRecommended"});
}

TEST(ChangeModel, refuses_prompts_and_parents_on_a_system_model) {
  with_model()
      .by(operators())
      .when(change(parent, {{Field::system_prompt, std::string("x")}, {Field::parent_model_id, mine.text()}}))
      .then_faults({"/systemPrompt", "/parentModelId"});
}

TEST(ChangeModel, may_change_every_other_field_of_a_system_model) {
  with_model()
      .by(operators())
      .when(change(parent, {{Field::display_name, std::string("d")},
                            {Field::context_window, std::int64_t{100'000'000}},
                            {Field::max_tokens_per_request, {}},
                            {Field::supports_streaming, false},
                            {Field::metadata, JsonText{"[1]"}},
                            {Field::provider, std::string("q")},
                            {Field::model_name, std::string("n")},
                            {Field::external_key, std::string("k")},
                            {Field::description, std::string("a\tb\r\n")},
                            {Field::supports_tools, true},
                            {Field::supports_vision, true},
                            {Field::supports_reasoning, true},
                            {Field::is_recommended, true}}))
      .then_types({"ModelUpdated"});
}

TEST(ChangeModel, refuses_null_on_a_system_models_window) {
  with_model()
      .by(operators())
      .when(change(parent, {{Field::context_window, {}}, {Field::supports_streaming, {}}}))
      .then_faults({"/contextWindow", "/supportsStreaming"});
}

TEST(ChangeModel, refuses_a_key_that_another_system_model_has) {
  const auto taken = with_model()
                         .by(operators())
                         .when(change(parent, {{Field::external_key, std::string("p/small")}}))
                         .then_refused<KeyTaken>();
  EXPECT_EQ(taken.by, other_parent);
}

TEST(ChangeModel, keeps_the_head_of_a_system_models_changes_empty) {
  const auto events = with_model()
                          .by(operators())
                          .when(change(parent, {{Field::display_name, std::string("d")}}))
                          .then_types({"ModelUpdated"});
  EXPECT_FALSE(events[0].head);
}

TEST(ChangeModel, does_not_find_another_organisations_model) {
  with_model()
      .by(member_of("other"))
      .when(change(mine, {{Field::display_name, std::string("x")}}))
      .then_refused<NotFound>();
}

TEST(ChangeModel, does_not_find_a_deleted_model) {
  auto scenario = with_model();
  scenario.given_done(DeleteModel{mine}, member_of("acme"));
  scenario.when(change(mine, {})).then_refused<NotFound>();
}

TEST(ChangeModel, asks_for_catalog_write_on_a_system_model) {
  EXPECT_EQ(with_model().when(change(parent, {})).then_refused<MissingScope>().scope, "catalog:write");
}

TEST(ChangeModel, asks_for_models_write_on_a_user_model) {
  Caller caller = member_of("acme");
  caller.scopes = scopes({Scope::models_read, Scope::catalog_write});
  EXPECT_EQ(with_model().by(caller).when(change(mine, {})).then_refused<MissingScope>().scope,
            "models:write");
}

TEST(ChangeModel, is_stale_when_the_parent_changed_since) {
  auto scenario = with_model();
  scenario.given_done(change(parent, {{Field::display_name, std::string("d")}}));
  const auto stale = scenario.if_match({1, 1, 0})
                         .when(change(mine, {{Field::display_name, std::string("x")}}))
                         .then_refused<StaleTag>();
  EXPECT_EQ(stale.current, (Tag{1, 2, 0}));
}

TEST(ChangeModel, is_stale_when_the_clock_passed_an_instant_since) {
  auto scenario = with_model();
  scenario.given_done(reprice(parent, "2", after_start(day)));
  const auto rename = change(mine, {{Field::display_name, std::string("x")}});
  scenario.later(day).if_match({1, 2, 0}).when(rename).then_refused<StaleTag>();
  scenario.if_match({1, 2, 1}).when(rename).then_types({"ModelUpdated"});
}

TEST(ChangeModel, judges_the_tag_before_the_fields) {
  with_model().if_match({7, 1, 0}).when(change(mine, {{Field::display_name, {}}})).then_refused<StaleTag>();
}

TEST(ChangeModel, judges_the_scope_before_the_tag) {
  with_model().if_match({7, 1, 0}).when(change(parent, {})).then_refused<MissingScope>();
}

TEST(ChangeModel, adds_its_faults_to_those_of_parsing) {
  ChangeModel command = change(mine, {{Field::context_window, std::int64_t{0}}});
  command.faults = {{"/color", "is no field"}};
  with_model().when(command).then_faults({"/color", "/contextWindow"});
}

}  // namespace
}  // namespace almanac::events::testing
