#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

const ModelId model = id(1);
const ModelId mine = id(3);

Price price(const char* multiplier, Tier tier = Tier::standard) {
  return {times(multiplier), tier};
}

Scenario with_model() {
  return given({system_created(model, start()), user_created(mine, model, start())});
}

TEST(RepriceModel, holds_from_now) {
  const auto events = with_model().when(reprice(model, "2")).then({ModelRepriced{price("1.5"), price("2")}});
  EXPECT_EQ(events[0].effective_at, start());
}

TEST(RepriceModel, holds_from_a_later_instant_by_itself) {
  auto scenario = with_model();
  const auto events =
      scenario.when(reprice(model, "2", after_start(day))).then({ModelRepriced{price("1.5"), price("2")}});
  EXPECT_EQ(events[0].effective_at, after_start(day));
  EXPECT_EQ(price_at(scenario.world().at(model), after_start(day - 1)), price("1.5"));
  EXPECT_EQ(price_at(scenario.world().at(model), after_start(day)), price("2"));
}

TEST(RepriceModel, is_refused_from_an_earlier_instant) {
  with_model().when(reprice(model, "2", after_start(-1))).then_fault("/effectiveAt");
}

TEST(RepriceModel, takes_the_present_instant_as_now) {
  auto scenario = with_model();
  scenario.when(reprice(model, "2", start())).then_types({"ModelRepriced"});
  EXPECT_FALSE(scenario.world().at(model).future_price);
}

TEST(RepriceModel, writes_nothing_for_a_price_that_would_hold_anyway) {
  with_model().when(reprice(model, "1.5")).then_nothing();
  with_model().when(reprice(model, "1.50", after_start(day))).then_nothing();
}

TEST(RepriceModel, writes_nothing_for_the_same_future_price_twice) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day)));
  scenario.when(reprice(model, "2", after_start(day))).then_nothing();
}

TEST(RepriceModel, replaces_a_future_price_by_two_events) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day)));
  const Position scheduled = scenario.world().next() - 1;
  scenario.when(reprice(model, "3", after_start(2 * day)))
      .then({ModelRepriceCancelled{price("2"), after_start(day), scheduled},
             ModelRepriced{price("1.5"), price("3")}});
  EXPECT_EQ(scenario.world().at(model).future_price->effective_at, after_start(2 * day));
}

TEST(RepriceModel, can_move_a_future_price_to_another_instant) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day)));
  scenario.when(reprice(model, "2", after_start(2 * day)))
      .then_types({"ModelRepriceCancelled", "ModelRepriced"});
}

TEST(RepriceModel, only_takes_the_future_price_back_when_todays_is_wanted_later) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day)));
  scenario.when(reprice(model, "1.5", after_start(day))).then_types({"ModelRepriceCancelled"});
}

TEST(RepriceModel, from_now_leaves_the_future_price) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day)));
  scenario.when(reprice(model, "3")).then({ModelRepriced{price("1.5"), price("3")}});
  EXPECT_EQ(scenario.world().at(model).future_price->price, price("2"));
}

TEST(RepriceModel, knows_a_future_price_that_has_come_to_hold) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day))).later(day);
  scenario.when(reprice(model, "2")).then_nothing();
  scenario.when(reprice(model, "3")).then({ModelRepriced{price("2"), price("3")}});
  EXPECT_FALSE(scenario.world().at(model).future_price);
}

TEST(RepriceModel, keeps_the_tier_that_is_not_given) {
  auto scenario = with_model();
  auto premium = reprice(model, "2");
  premium.tier = Tier::premium;
  scenario.given_done(premium);
  scenario.when(reprice(model, "3"))
      .then({ModelRepriced{price("2", Tier::premium), price("3", Tier::premium)}});
}

TEST(RepriceModel, changes_the_tier_alone) {
  auto premium = reprice(model, "1.5");
  premium.tier = Tier::premium;
  with_model().when(premium).then({ModelRepriced{price("1.5"), price("1.5", Tier::premium)}});
}

TEST(RepriceModel, knows_unpriced_apart_from_zero) {
  auto unpriced = reprice(model, "1");
  unpriced.multiplier.reset();
  auto scenario = with_model();
  scenario.given_done(unpriced);
  scenario.when(reprice(model, "0")).then_types({"ModelRepriced"});
}

TEST(RepriceModel, is_refused_on_a_user_model) {
  auto scenario = with_model();
  Caller both = member_of("acme");
  both.scopes.add(Scope::catalog_write);
  EXPECT_TRUE(mentions(scenario.by(both).when(reprice(mine, "2")).then_fault(""), model.text()));
}

TEST(RepriceModel, does_not_find_another_organisations_model) {
  with_model().when(reprice(mine, "2")).then_refused<NotFound>();
}

TEST(RepriceModel, needs_the_scope_catalog_write) {
  EXPECT_EQ(with_model().by(member_of("acme")).when(reprice(model, "2")).then_refused<MissingScope>().scope,
            "catalog:write");
}

TEST(RepriceModel, tells_all_faults_at_once) {
  auto command = reprice(model, "2", after_start(-1));
  command.multiplier = Multiplier{-1};
  command.faults = {{"/color", "is no field"}};
  with_model().when(command).then_faults({"/color", "/creditMultiplier", "/effectiveAt"});
}

TEST(CancelReprice, takes_the_future_price_back) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day)));
  scenario.when(CancelReprice{model}).then_types({"ModelRepriceCancelled"});
  EXPECT_EQ(price_at(scenario.world().at(model), after_start(2 * day)), price("1.5"));
}

TEST(CancelReprice, writes_nothing_without_a_future_price) {
  with_model().when(CancelReprice{model}).then_nothing();
}

TEST(CancelReprice, writes_nothing_once_it_holds) {
  auto scenario = with_model();
  scenario.given_done(reprice(model, "2", after_start(day))).later(day);
  scenario.when(CancelReprice{model}).then_nothing();
}

TEST(CancelReprice, is_refused_on_a_user_model) {
  Caller both = member_of("acme");
  both.scopes.add(Scope::catalog_write);
  with_model().by(both).when(CancelReprice{mine}).then_faults({""});
}

}  // namespace
}  // namespace almanac::events::testing
