#include "projections/queries/rates.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "tests/events/support/given_when_then.hpp"
#include "tests/projections/support/generated.hpp"

/// What a model cost when: given what happened, asked over a period, then these intervals.
namespace almanac::projections::testing {
namespace {

using namespace events::testing;
using events::Position;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const ModelId atlas = id(1), boreas = id(2), support = id(3);

/// `10..20 1.5 standard active #2`: seconds since the start, and the opening event.
std::string shown(const Rate& rate) {
  const auto seconds = [](Instant t) { return std::to_string((t.ms - start().ms) / second); };
  return seconds(rate.from) + ".." + seconds(rate.to) + " " +
         (rate.price.multiplier ? rate.price.multiplier->text() : "unpriced") + " " +
         std::string(name_of(rate.price.tier)) + " " + std::string(name_of(rate.state)) + " #" +
         std::to_string(rate.opened_by);
}

/// Positions: 0 the log, 1 atlas (1.5), 2 boreas (1.5), 3 acme's model on atlas, 4 the rival's; then what a
/// test does.
class Rates : public ::testing::Test {
 protected:
  Rates() {
    scenario.given({system_created(atlas, start(), "atlas"), system_created(boreas, start(), "boreas"),
                    user_created(support, atlas, start()), user_created(id(4), atlas, start(), "rival")});
  }
  Scenario& after(std::int64_t seconds) { return scenario.later(seconds * second); }
  static Instant at(std::int64_t seconds) { return after_start(seconds * second); }

  RatesPage page(const RatesAsked& asked, const std::optional<std::string>& seen_by = "acme") {
    ToldLog log;
    log.follow(scenario.world());
    FoldedRows folded(log);
    return list_rates(folded.rows(), seen_by, asked, std::nullopt, 100).value();
  }
  std::vector<std::string> rates(const ModelId& model, std::int64_t from = 0, std::int64_t to = 100) {
    std::vector<std::string> texts;
    for (const Rate& rate : page({at(from), at(to), model, {}}).items)
      texts.push_back(shown(rate));
    return texts;
  }

  Scenario scenario;
};

TEST_F(Rates, a_price_holds_from_its_change_on_and_nothing_before_it_changes) {
  after(20).given_done(reprice(atlas, "2"));
  EXPECT_THAT(rates(support), ElementsAre("0..20 1.5 standard active #3", "20..100 2 standard active #5"));
  EXPECT_THAT(rates(support, 5, 15), ElementsAre("5..15 1.5 standard active #3"));
  EXPECT_THAT(rates(support, 30, 40), ElementsAre("30..40 2 standard active #5"));
}

TEST_F(Rates, a_future_price_holds_from_its_instant_by_itself) {
  after(10).given_done(reprice(atlas, "2", at(50)));
  EXPECT_THAT(rates(support), ElementsAre("0..50 1.5 standard active #3", "50..100 2 standard active #5"));
  after(80).given_done(deprecate(support, at(95)), member_of("acme"));
  EXPECT_THAT(rates(support, 40, 60),
              ElementsAre("40..50 1.5 standard active #3", "50..60 2 standard active #5"));
}

TEST_F(Rates, a_future_price_that_was_taken_back_never_held) {
  after(10).given_done(reprice(atlas, "2", at(50)));
  after(10).given_done(events::CancelReprice{atlas});
  EXPECT_THAT(rates(support), ElementsAre("0..100 1.5 standard active #3"));
}

TEST_F(Rates, of_two_future_prices_the_one_that_replaced_the_other_holds) {
  after(10).given_done(reprice(atlas, "2", at(50)));
  after(10).given_done(reprice(atlas, "3", at(60)));
  EXPECT_THAT(rates(support), ElementsAre("0..60 1.5 standard active #3", "60..100 3 standard active #7"));
}

TEST_F(Rates, a_price_from_now_leaves_the_future_one_in_place) {
  after(10).given_done(reprice(atlas, "2", at(50)));
  after(10).given_done(reprice(atlas, "3"));
  EXPECT_THAT(rates(support), ElementsAre("0..20 1.5 standard active #3", "20..50 3 standard active #6",
                                          "50..100 2 standard active #5"));
}

TEST_F(Rates, a_change_of_tier_alone_splits_what_another_event_opened) {
  auto premium = reprice(atlas, "1.5");
  premium.tier = events::Tier::premium;
  after(30).given_done(premium);
  EXPECT_THAT(rates(support), ElementsAre("0..30 1.5 standard active #3", "30..100 1.5 premium active #3"));
}

TEST_F(Rates, re_pointing_opens_an_interval_at_the_other_price_even_an_equal_one) {
  after(10).given_done(reprice(boreas, "2"));
  after(10).given_done(change(support, {{events::Field::parent_model_id, boreas.text()}}), member_of("acme"));
  after(10).given_done(reprice(atlas, "9"));
  after(10).given_done(reprice(boreas, "9"));
  after(10).given_done(change(support, {{events::Field::parent_model_id, atlas.text()}}), member_of("acme"));
  EXPECT_THAT(rates(support), ElementsAre("0..20 1.5 standard active #3", "20..40 2 standard active #6",
                                          "40..50 9 standard active #8", "50..100 9 standard active #9"));
  const auto items = page({at(0), at(100), support, {}}).items;
  EXPECT_EQ(items[0].priced_by, atlas);
  EXPECT_EQ(items[1].priced_by, boreas);
  EXPECT_EQ(items[1].model_name, "boreas");
  EXPECT_EQ(items[3].model_name, "atlas");
}

TEST_F(Rates, a_parents_end_of_life_splits_at_its_date_with_and_without_the_scheduler) {
  after(10).given_done(deprecate(atlas, at(50)));
  const auto ahead = rates(support);
  EXPECT_THAT(ahead, ElementsAre("0..10 1.5 standard active #3", "10..50 1.5 standard deprecated #3",
                                 "50..100 1.5 standard end_of_life #3"));
  after(60);
  scenario.world().fire_due_timers({atlas});
  ASSERT_EQ(events::name_of(scenario.world().log().back().event.payload), "ModelReachedEndOfLife");
  EXPECT_EQ(rates(support), ahead) << "recorded late, it holds from its date";
}

TEST_F(Rates, what_was_at_its_end_until_it_was_restored_stays_so) {
  after(10).given_done(deprecate(atlas, at(20)));
  after(30).given_done(events::RestoreModel{atlas});
  EXPECT_THAT(rates(atlas),
              ElementsAre("0..10 1.5 standard active #1", "10..20 1.5 standard deprecated #1",
                          "20..40 1.5 standard end_of_life #1", "40..100 1.5 standard active #1"));
}

TEST_F(Rates, a_date_in_the_past_ends_a_model_when_it_was_said_and_not_before) {
  after(30).given_done(deprecate(support, at(-500)), member_of("acme"));
  EXPECT_THAT(rates(support),
              ElementsAre("0..30 1.5 standard active #3", "30..100 1.5 standard end_of_life #3"));
}

TEST_F(Rates, the_worse_of_the_own_and_the_parents_state_is_told) {
  auto off = change(atlas, {});
  off.enabled = false;
  after(10).given_done(off);
  after(10).given_done(deprecate(support, at(50)), member_of("acme"));
  EXPECT_THAT(rates(support), ElementsAre("0..10 1.5 standard active #3", "10..50 1.5 standard disabled #3",
                                          "50..100 1.5 standard end_of_life #3"));
}

TEST_F(Rates, a_model_costs_until_it_is_deleted_and_its_rates_stay) {
  after(40).given_done(events::DeleteModel{support}, member_of("acme"));
  EXPECT_THAT(rates(support), ElementsAre("0..40 1.5 standard active #3"));
  EXPECT_THAT(rates(support, 40, 50), IsEmpty());
}

TEST_F(Rates, before_its_creation_a_model_costs_nothing) {
  EXPECT_THAT(rates(support, -20, 0), IsEmpty());
  EXPECT_THAT(rates(support, -20, 10), ElementsAre("0..10 1.5 standard active #3"));
}

TEST_F(Rates, unpriced_stays_unpriced) {
  auto unpriced = reprice(atlas, "1");
  unpriced.multiplier.reset();
  after(10).given_done(unpriced);
  after(10).given_done(reprice(atlas, "0"));
  EXPECT_THAT(rates(support),
              ElementsAre("0..10 1.5 standard active #3", "10..20 unpriced standard active #5",
                          "20..100 0 standard active #6"));
}

TEST_F(Rates, another_name_of_the_provider_or_the_model_splits) {
  after(10).given_done(change(atlas, {{events::Field::provider, std::string("q")}}));
  after(10).given_done(change(atlas, {{events::Field::display_name, std::string("Other")}}));
  const auto items = page({at(0), at(100), support, {}}).items;
  ASSERT_EQ(items.size(), 2u) << "a display name is no part of a rate";
  EXPECT_EQ(items[0].provider, "p");
  EXPECT_EQ(items[1].provider, "q");
  EXPECT_EQ(items[1].opened_by, items[0].opened_by);
}

TEST_F(Rates, of_events_of_one_instant_the_last_holds_and_no_interval_is_empty) {
  after(10).given_done(reprice(atlas, "2"));
  scenario.given_done(reprice(atlas, "3"));
  scenario.given_done(change(atlas, {{events::Field::display_name, std::string("Other")}}));
  EXPECT_THAT(rates(support), ElementsAre("0..10 1.5 standard active #3", "10..100 3 standard active #6"));
}

TEST_F(Rates, other_organisations_models_are_left_out_unless_everything_may_be_seen) {
  const RatesAsked all{at(0), at(10), {}, {}};
  const auto models = [&](const RatesAsked& asked, const std::optional<std::string>& seen_by) {
    std::vector<ModelId> ids;
    for (const Rate& rate : page(asked, seen_by).items)
      ids.push_back(rate.model);
    return ids;
  };
  EXPECT_THAT(models(all, "acme"), ElementsAre(boreas, atlas, support));
  EXPECT_THAT(models(all, "rival"), ElementsAre(boreas, atlas, id(4)));
  EXPECT_THAT(models(all, "acm"), ElementsAre(boreas, atlas));
  EXPECT_THAT(models(all, std::nullopt), ElementsAre(boreas, atlas, support, id(4)));
  EXPECT_THAT(models({at(0), at(10), {}, "rival"}, std::nullopt), ElementsAre(id(4)));
  EXPECT_THAT(models({at(0), at(10), {}, "rival"}, "acme"), IsEmpty());
  EXPECT_THAT(models({at(0), at(10), {}, "acme"}, "acme"), ElementsAre(support));
  EXPECT_THAT(models({at(0), at(10), id(4), {}}, "acme"), IsEmpty());
  EXPECT_THAT(models({at(0), at(10), id(4), "acme"}, std::nullopt), IsEmpty());
  EXPECT_THAT(models({at(0), at(10), id(77), {}}, std::nullopt), IsEmpty());
}

TEST_F(Rates, a_place_that_no_page_ended_at_is_refused) {
  ToldLog log;
  log.follow(scenario.world());
  FoldedRows folded(log);
  const RatesAsked all{at(0), at(10), {}, {}};
  const auto good = [&](const RatesPlace& place, const std::optional<std::string>& seen_by = "acme") {
    return list_rates(folded.rows(), seen_by, all, place, 100).has_value();
  };
  EXPECT_TRUE(good({support, at(5), 3}));
  EXPECT_FALSE(good({id(4), at(5), 4})) << "the rival's";
  EXPECT_TRUE(good({id(4), at(5), 4}, std::nullopt));
  EXPECT_FALSE(good({id(77), at(5), 4}));
  EXPECT_FALSE(good({support, {std::numeric_limits<std::int64_t>::min()}, 3}));
}

}  // namespace
}  // namespace almanac::projections::testing
