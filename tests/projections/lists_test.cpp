#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "projections/fold.hpp"
#include "projections/queries/models.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"

/// Lists against the world, and pages that hold while others write.
namespace almanac::projections::testing {
namespace {

using events::testing::arbitrary_numbers;
using events::testing::id;
using events::testing::World;

std::vector<ModelId> walk(const std::function<Page(const std::optional<std::string>&)>& page_after) {
  std::vector<ModelId> walked;
  std::optional<std::string> after;
  do {
    const Page page = page_after(after);
    for (const Shown& shown : page.items)
      walked.push_back(shown.model.id);
    after = page.next;
  } while (after);
  return walked;
}

std::vector<ModelId> sorted_ids(const World& world, const std::function<bool(const Model&)>& in,
                                const std::function<bool(const Model&, const Model&)>& before) {
  std::vector<Model> models;
  for (const ModelId& model_id : world.all_ids())
    if (const auto model = world.model(model_id); model && in(*model)) models.push_back(*model);
  std::sort(models.begin(), models.end(), before);
  std::vector<ModelId> ids;
  for (const Model& model : models)
    ids.push_back(model.id);
  return ids;
}

TEST(Lists, show_what_the_world_holds_in_their_order_whatever_the_page) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    ToldLog log;
    log.follow(world);
    FoldedRows folded(log);
    const Instant t = world.now();
    const std::size_t limit = *rc::gen::inRange<std::size_t>(1, 6);
    for (const std::string organization : {"acme", "other"})
      RC_ASSERT(walk([&](const auto& after) {
                  return list_models(folded.rows(), organization, {}, after, limit, t);
                }) ==
                sorted_ids(
                    world, [&](const Model& model) { return model.organization == organization; },
                    [](const Model& a, const Model& b) { return a.id > b.id; }));
    RC_ASSERT(walk([&](const auto& after) { return list_catalogue(folded.rows(), {}, after, limit, t); }) ==
              sorted_ids(
                  world,
                  [&](const Model& model) {
                    return model.is_system() && events::own_state(model, t) >= LifecycleState::deprecated;
                  },
                  [](const Model& a, const Model& b) {
                    return std::tuple(!a.system().recommended, a.display_name, a.id) <
                           std::tuple(!b.system().recommended, b.display_name, b.id);
                  }));
    for (const ModelId& parent : world.all_ids()) {
      if (!world.at(parent).is_system()) continue;
      for (const std::optional<std::string>& organization :
           {std::optional<std::string>(), std::optional<std::string>("acme"),
            std::optional<std::string>("other")}) {
        const auto expected = sorted_ids(
            world,
            [&](const Model& model) {
              return !model.is_system() && model.user().parent == parent &&
                     (!organization || model.organization == *organization);
            },
            [](const Model& a, const Model& b) { return a.id < b.id; });
        RC_ASSERT(list_dependents(folded.rows(), parent, organization, {}, 1, t).count == expected.size());
        RC_ASSERT(walk([&](const auto& after) {
                    return list_dependents(folded.rows(), parent, organization, after, limit, t).page;
                  }) == expected);
      }
    }
  }));
}

TEST(Lists, filters_keep_what_matches_and_nothing_else) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    ToldLog log;
    log.follow(world);
    FoldedRows folded(log);
    const Instant t = world.now();
    const auto newest_first = [](const Model& a, const Model& b) { return a.id > b.id; };
    for (const auto state : {LifecycleState::end_of_life, LifecycleState::disabled,
                             LifecycleState::deprecated, LifecycleState::active}) {
      ModelFilter filter;
      filter.state = state;
      filter.enabled = state != LifecycleState::disabled;
      filter.parent = id(1);
      filter.q = "S";
      RC_ASSERT(
          walk([&](const auto& after) { return list_models(folded.rows(), "acme", filter, after, 2, t); }) ==
          sorted_ids(
              world,
              [&](const Model& model) {
                return model.organization == "acme" && model.user().parent == id(1) &&
                       model.enabled == *filter.enabled &&
                       events::effective_state(model, world.parent_of(model), t) == state &&
                       model.display_name.find_first_of("sS") != std::string::npos;
              },
              newest_first));
    }
  }));
}

TEST(Lists, a_list_stops_at_its_scan_limit_and_goes_on_from_there) {
  World world = World();
  world.append({events::testing::system_created(id(1), world.now())});
  FoldedRows folded;
  for (const auto& recorded : world.log())
    fold(folded.rows(), recorded);
  const auto numbered = [](std::uint32_t n) {
    ModelId model = id(0);
    for (std::size_t i = 0; i < 4; ++i)
      model.bytes[15 - i] = static_cast<std::uint8_t>(n >> 8 * i);
    return model;
  };
  constexpr std::uint32_t all = scan_max + 5;
  for (std::uint32_t n = 0; n < all; ++n) {
    events::Recorded recorded;
    recorded.stamp.position = 2 + n;
    recorded.stamp.time = world.now();
    recorded.event = events::testing::user_created(numbered(1000 + n), id(1), world.now());
    if (n == 0) std::get<events::ModelCreated>(recorded.event.payload).display_name = "needle";
    fold(folded.rows(), recorded);
  }
  ModelFilter filter;
  filter.q = "NEEDLE";
  const Page first = list_models(folded.rows(), "acme", filter, {}, 20, world.now());
  EXPECT_TRUE(first.items.empty());
  ASSERT_TRUE(first.next.has_value());
  const Page second = list_models(folded.rows(), "acme", filter, first.next, 20, world.now());
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0].model.id, numbered(1000));
  EXPECT_FALSE(second.next.has_value());
}

// Unmasks paging by offset: rows that stay where they are come exactly once, whatever happens between pages.
TEST(Lists, pages_walked_while_others_write_never_skip_or_repeat_an_unchanged_row) {
  EXPECT_TRUE(rc::check([] {
    World world = world_after(long_sequence(80, *rc::gen::arbitrary<std::uint64_t>()));
    FoldedRows folded;
    std::size_t done = 0;
    const auto catch_up = [&] {
      for (; done < world.log().size(); ++done)
        fold(folded.rows(), world.log()[done]);
    };
    catch_up();
    const auto at_first = world.all_ids();
    const std::size_t limit = *rc::gen::inRange<std::size_t>(1, 4);
    std::multiset<ModelId> seen;
    std::multiset<ModelId> seen_in_catalogue;
    std::set<ModelId> changed;
    std::optional<std::string> after;
    std::optional<std::string> catalogue_after;
    bool more = true;
    bool more_catalogue = true;
    CatalogueFilter active;
    active.state = LifecycleState::active;
    const Instant t = world.now();
    while (more || more_catalogue) {
      if (more) {
        const Page page = list_models(folded.rows(), "acme", {}, after, limit, t);
        for (const Shown& shown : page.items)
          seen.insert(shown.model.id);
        more = (after = page.next).has_value();
      }
      if (more_catalogue) {
        const Page page = list_catalogue(folded.rows(), active, catalogue_after, limit, t);
        for (const Shown& shown : page.items)
          seen_in_catalogue.insert(shown.model.id);
        more_catalogue = (catalogue_after = page.next).has_value();
      }
      const auto before = world.log().size();
      for (const auto number : arbitrary_numbers()) {
        const auto sent = events::testing::command_from(world, number);
        (void)world.perform(sent.command, sent.caller);
      }
      for (auto at = before; at < world.log().size(); ++at)
        if (world.log()[at].event.subject) changed.insert(*world.log()[at].event.subject);
      catch_up();
    }
    for (const ModelId& model_id : at_first) {
      const auto model = world.model(model_id);
      if (!model || changed.contains(model_id)) continue;
      if (model->organization == "acme") RC_ASSERT(seen.count(model_id) == 1u);
      if (model->is_system() && events::own_state(*model, t) == LifecycleState::active)
        RC_ASSERT(seen_in_catalogue.count(model_id) == 1u);
    }
  }));
}

}  // namespace
}  // namespace almanac::projections::testing
