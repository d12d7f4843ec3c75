#include "events/inherit.hpp"

#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

class Inherit : public ::testing::Test {
 protected:
  Inherit() {
    parent.id = id(1);
    parent.own = system_fields();
    parent.price = {times("1"), Tier::standard};
    model.id = id(2);
    model.organization = "acme";
    model.own = UserFields{id(1), {}, {}, {}, {}, {}};
  }
  UserFields& own() { return std::get<UserFields>(model.own); }
  SystemFields& above() { return std::get<SystemFields>(parent.own); }
  EffectiveModel at(Instant t = start()) { return effective(model, &parent, t); }
  static Deprecation ending(std::int64_t ms, const char* message) {
    return {after_start(ms), message, id(7), 9, start(), start()};
  }

  Model parent;
  Model model;
};

TEST_F(Inherit, takes_the_parents_window_where_it_has_none) {
  EXPECT_EQ(at().context_window.value, 8'192);
  EXPECT_EQ(at().context_window.layer, Layer::parent);
}

TEST_F(Inherit, takes_its_own_window_below_the_parents) {
  own().context_window = 100;
  EXPECT_EQ(at().context_window.value, 100);
  EXPECT_EQ(at().context_window.layer, Layer::own);
  EXPECT_FALSE(at().context_window.clamped);
}

TEST_F(Inherit, is_clamped_by_a_parent_that_shrank) {
  own().context_window = 8'000;
  above().context_window = 4'000;
  EXPECT_EQ(at().context_window.value, 4'000);
  EXPECT_TRUE(at().context_window.clamped);
}

TEST_F(Inherit, is_free_again_when_the_parent_grows_since_nothing_was_rewritten) {
  own().max_tokens = 4'000;
  above().max_tokens = 1'000;
  EXPECT_EQ(at().max_tokens.value, 1'000);
  above().max_tokens = 5'000;
  EXPECT_EQ(at().max_tokens.value, 4'000);
  EXPECT_FALSE(at().max_tokens.clamped);
}

TEST_F(Inherit, is_not_bound_by_what_the_parent_does_not_know) {
  above().max_tokens.reset();
  own().max_tokens = 7;
  EXPECT_EQ(at().max_tokens.value, 7);
  own().max_tokens.reset();
  EXPECT_EQ(at().max_tokens.value, std::nullopt);
  EXPECT_EQ(at().max_tokens.layer, Layer::by_default);
}

TEST_F(Inherit, streams_only_where_both_do) {
  EXPECT_TRUE(at().streaming.value);
  EXPECT_EQ(at().streaming.layer, Layer::parent);
  own().streaming = false;
  EXPECT_FALSE(at().streaming.value);
  EXPECT_FALSE(at().streaming.clamped);
  own().streaming = true;
  above().streaming = false;
  EXPECT_FALSE(at().streaming.value);
  EXPECT_TRUE(at().streaming.clamped);
}

TEST_F(Inherit, has_the_parents_capabilities) {
  above().tools = above().reasoning = true;
  EXPECT_TRUE(at().tools.value);
  EXPECT_FALSE(at().vision.value);
  EXPECT_TRUE(at().reasoning.value);
  EXPECT_EQ(at().tools.layer, Layer::parent);
}

TEST_F(Inherit, has_the_tier_that_the_parents_future_price_brings) {
  parent.future_price = FuturePrice{{times("2"), Tier::premium}, after_start(day), 8};
  EXPECT_EQ(at().tier.value, Tier::standard);
  EXPECT_EQ(at().tier.layer, Layer::parent);
  EXPECT_EQ(at(after_start(day)).tier.value, Tier::premium);
  EXPECT_EQ(at(after_start(day)).tier.layer, Layer::clock);
}

TEST_F(Inherit, tells_whose_state_it_shows) {
  EXPECT_EQ(at().state.layer, Layer::by_default);
  parent.enabled = false;
  EXPECT_EQ(at().state.value, LifecycleState::disabled);
  EXPECT_EQ(at().state.layer, Layer::parent);
  model.enabled = false;
  EXPECT_EQ(at().state.layer, Layer::own);
}

TEST_F(Inherit, tells_an_end_that_only_the_clock_brought) {
  parent.deprecation = ending(day, "parent");
  EXPECT_EQ(at(after_start(day)).state.layer, Layer::clock);
  parent.ended = true;
  EXPECT_EQ(at(after_start(day)).state.layer, Layer::parent);
}

TEST_F(Inherit, never_mixes_date_message_and_replacement_of_two_layers) {
  parent.deprecation = ending(day, "parent");
  parent.deprecation->replacement = id(8);
  model.deprecation = ending(2 * day, "own");
  EXPECT_EQ(at().end_of_life_at.value, after_start(day));
  EXPECT_EQ(at().deprecation_message.value, "parent");
  EXPECT_EQ(at().replacement.value, id(8));
  EXPECT_EQ(at().replacement.layer, Layer::parent);
}

TEST_F(Inherit, tells_the_message_only_when_deprecated_or_at_the_end) {
  model.deprecation = ending(day, "own");
  EXPECT_EQ(at().deprecation_message.value, "own");
  model.enabled = false;
  EXPECT_EQ(at().state.value, LifecycleState::disabled);
  EXPECT_EQ(at().deprecation_message.value, std::nullopt);
  EXPECT_EQ(at().end_of_life_at.value, after_start(day));
}

TEST_F(Inherit, gives_a_system_model_its_own_values) {
  const EffectiveModel shown = effective(parent, nullptr, start());
  EXPECT_EQ(shown.context_window.value, 8'192);
  EXPECT_EQ(shown.context_window.layer, Layer::own);
  EXPECT_EQ(shown.tier.layer, Layer::own);
  EXPECT_EQ(shown.end_of_life_at.layer, Layer::by_default);
}

TEST_F(Inherit, names_its_layers) {
  EXPECT_EQ(name_of(Layer::own), "own");
  EXPECT_EQ(name_of(Layer::parent), "parent");
  EXPECT_EQ(name_of(Layer::by_default), "default");
  EXPECT_EQ(name_of(Layer::clock), "clock");
}

}  // namespace
}  // namespace almanac::events::testing
