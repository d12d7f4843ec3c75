#include <algorithm>

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

TEST(DeleteModel, deletes_a_user_model) {
  auto scenario = with_models();
  const auto events = scenario.by(member_of("acme")).when(DeleteModel{mine}).then({ModelDeleted{}});
  EXPECT_EQ(events[0].head->priced_by, model);
  EXPECT_TRUE(scenario.world().at(mine).deleted);
}

TEST(DeleteModel, does_not_find_what_is_deleted) {
  auto scenario = with_models();
  scenario.by(member_of("acme")).given_done(DeleteModel{mine}, member_of("acme"));
  scenario.when(DeleteModel{mine}).then_refused<NotFound>();
}

TEST(DeleteModel, does_not_find_another_organisations_model) {
  with_models().by(member_of("other")).when(DeleteModel{mine}).then_refused<NotFound>();
}

TEST(DeleteModel, refuses_a_system_model_with_user_models) {
  const auto held = with_models().when(DeleteModel{model}).then_refused<HasDependents>();
  EXPECT_EQ(held.count, 1U);
  EXPECT_EQ(held.ids, std::vector<ModelId>{mine});
}

TEST(DeleteModel, refuses_a_model_that_another_names_as_replacement) {
  auto scenario = with_models();
  auto to_next = deprecate(model, after_start(day));
  to_next.replacement = next;
  scenario.given_done(to_next);
  EXPECT_EQ(scenario.when(DeleteModel{next}).then_refused<HasDependents>().ids, std::vector<ModelId>{model});
}

TEST(DeleteModel, counts_a_user_model_that_names_its_own_parent_once) {
  auto scenario = with_models();
  auto back = deprecate(mine, after_start(day));
  back.replacement = model;
  scenario.given_done(back, member_of("acme"));
  const auto held = scenario.when(DeleteModel{model}).then_refused<HasDependents>();
  EXPECT_EQ(held.count, 1U);
  EXPECT_EQ(held.ids.size(), 1U);
}

TEST(DeleteModel, counts_all_dependents_and_shows_ten) {
  auto scenario = with_models();
  for (std::uint8_t n = 0; n < 20; ++n) {
    scenario.given({user_created(id(static_cast<std::uint8_t>(100 + n)), model, start())});
  }
  const auto held = scenario.when(DeleteModel{model}).then_refused<HasDependents>();
  EXPECT_EQ(held.count, 21U);
  EXPECT_EQ(held.ids.size(), 10U);
  EXPECT_TRUE(std::is_sorted(held.ids.begin(), held.ids.end()));
}

TEST(DeleteModel, deletes_a_system_model_once_its_user_models_are_gone) {
  auto scenario = with_models();
  scenario.given_done(DeleteModel{mine}, member_of("acme"));
  scenario.when(DeleteModel{model}).then({ModelDeleted{}});
}

TEST(DeleteModel, judges_the_tag_before_the_dependents) {
  with_models().if_match({9, 0, 0}).when(DeleteModel{model}).then_refused<StaleTag>();
}

TEST(DeleteModel, needs_the_scope_of_its_kind) {
  EXPECT_EQ(with_models().by(member_of("acme")).when(DeleteModel{model}).then_refused<MissingScope>().scope,
            "catalog:write");
}

}  // namespace
}  // namespace almanac::events::testing
