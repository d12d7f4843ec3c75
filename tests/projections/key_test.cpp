#include "projections/key.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "projections/bytes.hpp"
#include "projections/queries/models.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"

namespace almanac::projections::testing {
namespace {

using events::testing::id;

std::string any_text() {
  return *rc::gen::container<std::string>(rc::gen::elementOf(std::string("\0\1ab\xff", 5)));
}

TEST(Key, organisation_a_does_not_scan_into_ab) {
  events::testing::World world = events::testing::World();
  world.append({events::testing::system_created(id(1), world.now()),
                events::testing::user_created(id(3), id(1), world.now(), "a"),
                events::testing::user_created(id(4), id(1), world.now(), "ab"),
                events::testing::user_created(id(5), id(1), world.now(), "b")});
  ToldLog log;
  log.follow(world);
  FoldedRows folded(log);
  const Page of_a = list_models(folded.rows(), "a", {}, {}, 100, world.now());
  ASSERT_EQ(of_a.items.size(), 1u);
  EXPECT_EQ(of_a.items[0].model.id, id(3));
  EXPECT_EQ(list_models(folded.rows(), "ab", {}, {}, 100, world.now()).items.size(), 1u);
  EXPECT_TRUE(list_models(folded.rows(), "", {}, {}, 100, world.now()).items.empty());
  const auto dependents = list_dependents(folded.rows(), id(1), "a", {}, 100, world.now());
  EXPECT_EQ(dependents.count, 1u);
  ASSERT_EQ(dependents.page.items.size(), 1u);
  EXPECT_EQ(dependents.page.items[0].model.id, id(3));
}

TEST(Key, no_organisation_is_the_beginning_of_another) {
  EXPECT_TRUE(rc::check([] {
    const std::string one = any_text();
    const std::string two = any_text();
    RC_PRE(one != two);
    RC_ASSERT(!organization_prefix(one).starts_with(organization_prefix(two)));
    RC_ASSERT(!children_prefix(id(1), one).starts_with(children_prefix(id(1), two)));
    RC_ASSERT(!children_prefix(id(1), one).starts_with(children_prefix(id(1))));
  }));
}

TEST(Key, any_bytes_as_a_place_stay_within_their_range) {
  EXPECT_TRUE(rc::check([] {
    events::testing::World world = events::testing::World();
    world.append({events::testing::system_created(id(1), world.now()),
                  events::testing::user_created(id(3), id(1), world.now(), "a"),
                  events::testing::user_created(id(4), id(1), world.now(), "ab"),
                  events::testing::user_created(id(5), id(1), world.now(), "b")});
    ToldLog log;
    log.follow(world);
    FoldedRows folded(log);
    for (const Shown& shown : list_models(folded.rows(), "a", {}, any_text(), 100, world.now()).items)
      RC_ASSERT(shown.model.organization == "a");
    for (const Shown& shown :
         list_dependents(folded.rows(), id(1), "a", any_text(), 100, world.now()).page.items)
      RC_ASSERT(shown.model.organization == "a");
  }));
}

TEST(Key, a_catalogue_page_is_in_the_order_recommended_then_name_by_bytes_then_id) {
  EXPECT_TRUE(rc::check([] {
    const auto any_model = [] {
      Model model;
      model.id = id(*rc::gen::inRange<std::uint8_t>(0, 4));
      model.display_name = any_text();
      events::SystemFields own;
      own.recommended = *rc::gen::arbitrary<bool>();
      model.own = own;
      return model;
    };
    const auto order = [](const Model& model) {
      return std::tuple(!model.system().recommended, model.display_name, model.id);
    };
    const Model one = any_model();
    const Model two = any_model();
    RC_ASSERT((order(one) < order(two)) == (catalogue_key(one) < catalogue_key(two)));
    RC_ASSERT(model_at_end_of(catalogue_key(one)) == one.id);
  }));
}

TEST(Key, numbers_sort_as_their_bytes_do) {
  EXPECT_TRUE(rc::check([](std::int64_t one, std::int64_t two) {
    RC_ASSERT((one < two) == (timer_key({one}, id(1)) < timer_key({two}, id(1))));
    RC_ASSERT((one < two) == (time_key(one) > time_key(two)));
    const auto position = static_cast<Position>(one);
    RC_ASSERT(position_of_history_key(history_key(id(1), position)) == position);
    RC_ASSERT((position < static_cast<Position>(two)) ==
              (history_key(id(1), position) > history_key(id(1), static_cast<Position>(two))));
  }));
}

TEST(Key, newest_ids_come_first_within_an_organisation) {
  EXPECT_LT(organization_key("a", id(9)), organization_key("a", id(8)));
  EXPECT_EQ(model_of_organization_key(organization_key("a", id(9))), id(9));
}

}  // namespace
}  // namespace almanac::projections::testing
