#include "events/lifecycle.hpp"

#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

Model plain_system() {
  Model model;
  model.id = id(1);
  model.own = system_fields();
  model.version = 2;
  return model;
}
Model plain_user() {
  Model model;
  model.id = id(2);
  model.organization = "acme";
  model.own = UserFields{id(1), {}, {}, {}, {}, {}};
  model.version = 5;
  return model;
}
Deprecation ending(std::int64_t ms, const char* message = "m") {
  return {after_start(ms), message, id(7), 9, start(), start()};
}

TEST(Lifecycle, is_derived_at_the_moment_of_the_answer_with_no_timer_fired) {
  Model model = plain_system();
  model.deprecation = ending(day);
  EXPECT_EQ(own_state(model, after_start(day - 1)), LifecycleState::deprecated);
  EXPECT_EQ(own_state(model, after_start(day)), LifecycleState::end_of_life);
}

TEST(Lifecycle, puts_the_end_before_disabled_and_disabled_before_deprecated) {
  Model model = plain_system();
  EXPECT_EQ(own_state(model, start()), LifecycleState::active);
  model.deprecation = ending(day);
  model.enabled = false;
  EXPECT_EQ(own_state(model, start()), LifecycleState::disabled);
  EXPECT_EQ(own_state(model, after_start(day)), LifecycleState::end_of_life);
}

TEST(Lifecycle, a_recorded_end_holds_whatever_the_clock_says) {
  Model model = plain_system();
  model.deprecation = ending(day);
  model.ended = true;
  EXPECT_EQ(own_state(model, start()), LifecycleState::end_of_life);
}

TEST(Lifecycle, of_a_user_model_is_the_worse_of_its_own_and_its_parents) {
  Model parent = plain_system();
  Model model = plain_user();
  parent.enabled = false;
  EXPECT_EQ(effective_state(model, &parent, start()), LifecycleState::disabled);
  model.deprecation = ending(0);
  EXPECT_EQ(effective_state(model, &parent, start()), LifecycleState::end_of_life);
}

TEST(Lifecycle, takes_date_message_and_replacement_from_the_earlier_layer) {
  Model parent = plain_system();
  Model model = plain_user();
  EXPECT_EQ(effective_deprecation(model, &parent), nullptr);
  parent.deprecation = ending(day, "parent");
  EXPECT_EQ(effective_deprecation(model, &parent)->message, "parent");
  model.deprecation = ending(2 * day, "own");
  EXPECT_EQ(effective_deprecation(model, &parent)->message, "parent");
  model.deprecation = ending(day, "own");
  EXPECT_EQ(effective_deprecation(model, &parent)->message, "own") << "own on a tie";
}

TEST(Lifecycle, is_deprecated_since_the_earlier_of_its_end_and_its_announcement) {
  Deprecation deprecation = ending(day);
  EXPECT_EQ(deprecated_since(deprecation), start());
  deprecation.end_of_life_at = after_start(-day);
  EXPECT_EQ(deprecated_since(deprecation), after_start(-day));
}

TEST(Lifecycle, names_are_those_of_the_api) {
  for (const char* name : {"end_of_life", "disabled", "deprecated", "active"}) {
    ASSERT_TRUE(lifecycle_named(name)) << name;
    EXPECT_EQ(name_of(*lifecycle_named(name)), name);
  }
  EXPECT_FALSE(lifecycle_named("retired"));
}

TEST(Tag, changes_with_the_parent) {
  Model parent = plain_system();
  const Tag before = tag_of(plain_user(), &parent, start());
  EXPECT_EQ(before, (Tag{5, 2, 0}));
  ++parent.version;
  EXPECT_NE(tag_of(plain_user(), &parent, start()), before);
}

TEST(Tag, counts_the_instants_that_have_passed) {
  Model parent = plain_system();
  parent.deprecation = ending(3 * day);
  parent.future_price = FuturePrice{{}, after_start(day), 8};
  Model model = plain_user();
  model.deprecation = ending(2 * day);
  EXPECT_EQ(tag_of(model, &parent, start()).passed, 0U);
  EXPECT_EQ(tag_of(model, &parent, after_start(day)).passed, 1U);
  EXPECT_EQ(tag_of(model, &parent, after_start(2 * day)).passed, 2U);
  EXPECT_EQ(tag_of(model, &parent, after_start(3 * day)).passed, 3U);
}

TEST(Tag, has_zero_for_no_parent) {
  EXPECT_EQ(tag_of(plain_system(), nullptr, start()).text(), "2-0-0");
}

TEST(Tag, reads_only_what_it_writes) {
  EXPECT_EQ(Tag::parse("5-2-1"), (Tag{5, 2, 1}));
  for (const char* text : {"", "5", "5-2", "5-2-", "05-2-1", "5-2-1-", "5-2-01", "-5-2-1", "+5-2-1", " 5-2-1",
                           "5-2-x", "99999999999999999999-0-0"}) {
    EXPECT_FALSE(Tag::parse(text)) << text;
  }
}

TEST(NextChange, is_the_first_standing_instant_that_lies_ahead) {
  Model parent = plain_system();
  Model model = plain_user();
  EXPECT_FALSE(next_change_after(model, &parent, start()));
  parent.future_price = FuturePrice{{}, after_start(2 * day), 8};
  model.deprecation = ending(day);
  EXPECT_EQ(next_change_after(model, &parent, start()), after_start(day));
  EXPECT_EQ(next_change_after(model, &parent, after_start(day)), after_start(2 * day));
  EXPECT_FALSE(next_change_after(model, &parent, after_start(2 * day)));
}

}  // namespace
}  // namespace almanac::events::testing
