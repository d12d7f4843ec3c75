#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

/// A catalogue with `p/a` and `p/b`, and what one import made of it.
class Revert : public ::testing::Test {
 protected:
  Revert() {
    ImportCatalog first;
    first.rows = {row("a"), row("b")};
    scenario.given_done(first);
    a = *scenario.world().by_external_key("p/a");
    b = *scenario.world().by_external_key("p/b");
    scenario.later(second);
  }

  void import(std::vector<CatalogRow> rows) {
    ImportCatalog command;
    command.rows = std::move(rows);
    scenario.when(command);
    batch = scenario.imported().batch;
    scenario.later(second);
  }
  Scenario& revert() { return scenario.when(RevertImport{batch}); }
  const Model& model(const ModelId& which) { return scenario.world().at(which); }
  const RowVerdict& verdict(std::size_t n = 0) { return scenario.imported().rows.at(n); }

  Scenario scenario;
  ModelId a;
  ModelId b;
  BatchId batch;
};

CatalogRow changed_a() {
  auto out = row("a");
  out.display_name = given_as<std::string>("Changed");
  out.description = given_as<std::string>("d");
  out.multiplier = given_as(times("3"));
  out.enabled = given_as(false);
  out.end_of_life_at = given_as(after_start(9 * day));
  return out;
}

TEST_F(Revert, undoes_all_that_the_batch_changed) {
  const Model before = model(a);
  import({changed_a(), row("b")});
  revert().then_types(
      {"ModelUpdated", "ModelRepriced", "ModelEnabled", "ModelDeprecationCancelled", "CatalogImported"});
  EXPECT_EQ(model(a).display_name, before.display_name);
  EXPECT_EQ(model(a).own, before.own);
  EXPECT_EQ(model(a).price, before.price);
  EXPECT_EQ(model(a).enabled, before.enabled);
  EXPECT_EQ(model(a).deprecation, before.deprecation);
  EXPECT_EQ(scenario.imported().reverts, batch);
}

TEST_F(Revert, says_nothing_of_rows_that_the_batch_left_alone) {
  import({changed_a(), row("b")});
  revert();
  ASSERT_EQ(scenario.imported().rows.size(), 1U);
  EXPECT_EQ(verdict().model, a);
  EXPECT_EQ(verdict().verdict, Verdict::update);
}

TEST_F(Revert, leaves_what_was_changed_since_field_by_field) {
  import({changed_a()});
  scenario.given_done(change(a, {{Field::display_name, std::string("By hand")}}));
  scenario.given_done(reprice(a, "4"));
  revert().then_types({"ModelUpdated", "ModelEnabled", "ModelDeprecationCancelled", "CatalogImported"});
  EXPECT_EQ(model(a).display_name, "By hand");
  EXPECT_FALSE(model(a).system().description);
  EXPECT_EQ(model(a).price.multiplier, times("4"));
  ASSERT_EQ(verdict().errors.size(), 2U);
  EXPECT_EQ(verdict().errors[0].first, "/displayName");
  EXPECT_EQ(verdict().errors[1].first, "/creditMultiplier");
}

TEST_F(Revert, done_twice_writes_nothing_the_second_time) {
  import({changed_a(), row("c")});
  const BatchId first = batch;
  revert();
  scenario.when(RevertImport{first}).then_nothing();
}

TEST_F(Revert, does_not_undo_what_was_set_to_the_same_by_hand_and_back) {
  import({changed_a()});
  scenario.given_done(change(a, {{Field::display_name, std::string("By hand")}}));
  scenario.given_done(change(a, {{Field::display_name, std::string("System a")}}));
  revert();
  EXPECT_EQ(model(a).display_name, "System a");
  EXPECT_TRUE(verdict().errors.empty());
}

TEST_F(Revert, deletes_what_the_batch_created) {
  import({row("c")});
  revert().then_types({"ModelDeleted", "CatalogImported"});
  EXPECT_FALSE(scenario.world().by_external_key("p/c"));
}

TEST_F(Revert, keeps_a_created_model_with_user_models_and_says_so) {
  import({row("c")});
  scenario.given_done(create_user(*scenario.world().by_external_key("p/c")), member_of("acme"));
  revert().then_nothing();
  EXPECT_EQ(verdict().verdict, Verdict::rejected);
  ASSERT_EQ(verdict().errors.size(), 1U);
  EXPECT_TRUE(mentions(verdict().errors[0].second, "1 other"));
}

TEST_F(Revert, deletes_created_models_that_only_name_each_other) {
  auto c = row("c");
  c.end_of_life_at = given_as(after_start(9 * day));
  c.replacement_external_key = given_as<std::string>("p/d");
  import({c, row("d")});
  revert().then_types({"ModelDeleted", "ModelDeleted", "CatalogImported"});
}

TEST_F(Revert, keeps_the_replacement_of_a_created_model_that_stays) {
  auto c = row("c");
  c.end_of_life_at = given_as(after_start(9 * day));
  c.replacement_external_key = given_as<std::string>("p/d");
  import({c, row("d")});
  scenario.given_done(create_user(*scenario.world().by_external_key("p/c")), member_of("acme"));
  revert().then_nothing();
  EXPECT_EQ(verdict(0).verdict, Verdict::rejected);
  EXPECT_EQ(verdict(1).verdict, Verdict::rejected);
}

TEST_F(Revert, deletes_a_created_model_that_the_same_batch_made_a_replacement) {
  auto to_c = row("a");
  to_c.end_of_life_at = given_as(after_start(9 * day));
  to_c.replacement_external_key = given_as<std::string>("p/c");
  import({to_c, row("c")});
  revert().then_types({"ModelDeprecationCancelled", "ModelDeleted", "CatalogImported"});
}

TEST_F(Revert, keeps_a_created_model_that_others_name_since) {
  import({row("c")});
  auto by_hand = deprecate(b, after_start(9 * day));
  by_hand.replacement = scenario.world().by_external_key("p/c");
  scenario.given_done(by_hand);
  revert().then_nothing();
}

TEST_F(Revert, brings_back_a_date_that_the_batch_wiped) {
  scenario.given_done(deprecate(a, after_start(9 * day)));
  auto wiped = row("a");
  wiped.end_of_life_at = given_null<Instant>();
  import({wiped});
  revert().then_types({"ModelDeprecated", "CatalogImported"});
  EXPECT_EQ(model(a).deprecation->end_of_life_at, after_start(9 * day));
}

TEST_F(Revert, brings_back_an_end_that_has_passed_meanwhile) {
  scenario.given_done(deprecate(a, after_start(day)));
  auto wiped = row("a");
  wiped.end_of_life_at = given_null<Instant>();
  import({wiped});
  scenario.later(2 * day);
  const auto events = revert().then_types({"ModelDeprecated", "ModelReachedEndOfLife", "CatalogImported"});
  EXPECT_EQ(events[1].effective_at, scenario.world().now()) << "never retroactively";
}

TEST_F(Revert, brings_back_a_later_date_of_a_model_that_the_batch_ended) {
  scenario.given_done(deprecate(a, after_start(9 * day)));
  auto ended = row("a");
  ended.end_of_life_at = given_as(after_start(-day));
  import({ended});
  ASSERT_TRUE(model(a).ended);
  revert().then_types({"ModelDeprecated", "CatalogImported"});
  EXPECT_FALSE(model(a).ended);
  EXPECT_EQ(own_state(model(a), scenario.world().now()), LifecycleState::deprecated);
}

TEST_F(Revert, brings_an_end_back_without_a_replacement_that_is_gone) {
  auto to_b = deprecate(a, after_start(9 * day));
  to_b.replacement = b;
  scenario.given_done(to_b);
  auto wiped = row("a");
  wiped.end_of_life_at = given_null<Instant>();
  import({wiped});
  scenario.given_done(DeleteModel{b});
  revert().then_types({"ModelDeprecated", "CatalogImported"});
  EXPECT_FALSE(model(a).deprecation->replacement);
  ASSERT_EQ(verdict().errors.size(), 1U);
  EXPECT_EQ(verdict().errors[0].first, "/replacementExternalKey");
}

TEST_F(Revert, brings_back_a_replacement_that_the_batch_ended) {
  auto to_b = deprecate(a, after_start(9 * day));
  to_b.replacement = b;
  scenario.given_done(to_b);
  auto alone = row("a");
  alone.replacement_external_key = given_null<std::string>();
  auto ended = row("b");
  ended.end_of_life_at = given_as(after_start(-day));
  import({alone, ended});
  ASSERT_TRUE(model(b).ended);
  revert();
  EXPECT_EQ(model(a).deprecation->replacement, b);
  EXPECT_TRUE(verdict().errors.empty());
}

TEST_F(Revert, turns_replacements_back_that_the_batch_turned_round) {
  auto to_b = deprecate(a, after_start(9 * day));
  to_b.replacement = b;
  scenario.given_done(to_b);
  auto free = row("a");
  free.end_of_life_at = given_null<Instant>();
  auto to_a = row("b");
  to_a.end_of_life_at = given_as(after_start(9 * day));
  to_a.replacement_external_key = given_as<std::string>("p/a");
  import({free, to_a});
  revert();
  EXPECT_EQ(model(a).deprecation->replacement, b);
  EXPECT_FALSE(model(b).deprecation);
}

TEST_F(Revert, says_that_a_model_deleted_since_does_not_come_back) {
  import({changed_a()});
  scenario.given_done(DeleteModel{a});
  revert().then_nothing();
  EXPECT_EQ(verdict().verdict, Verdict::rejected);
}

TEST_F(Revert, can_itself_be_reverted) {
  import({changed_a()});
  revert();
  const BatchId reverting = scenario.imported().batch;
  scenario.later(second).when(RevertImport{reverting});
  EXPECT_EQ(model(a).display_name, "Changed");
  EXPECT_EQ(model(a).price.multiplier, times("3"));
}

TEST_F(Revert, does_not_find_an_unknown_batch) {
  scenario.when(RevertImport{id(99)}).then_refused<NotFound>();
}

TEST_F(Revert, needs_the_scope_catalog_write) {
  import({changed_a()});
  scenario.by(member_of("acme"));
  EXPECT_EQ(revert().then_refused<MissingScope>().scope, "catalog:write");
}

}  // namespace
}  // namespace almanac::events::testing
