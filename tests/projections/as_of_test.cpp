#include "projections/queries/as_of.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "projections/fold.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"

/// Reads of the past, against a replay that stops there.
namespace almanac::projections::testing {
namespace {

using events::Position;
using events::testing::arbitrary_numbers;
using events::testing::World;

std::vector<ModelId> ids_of(const Page& page) {
  std::vector<ModelId> ids;
  for (const Shown& shown : page.items)
    ids.push_back(shown.model.id);
  return ids;
}

TEST(AsOf, a_model_at_each_position_equals_a_replay_that_stops_there) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    ToldLog log;
    log.follow(world);
    FoldedRows now(log);
    FoldedRows then;
    for (const auto& recorded : log.told()) {
      fold(then.rows(), recorded);
      for (const ModelId& id : world.all_ids()) {
        for (const std::string organization : {"acme", "other"}) {
          const auto was = find_model_as_of(now.rows(), id, organization, recorded.stamp.position);
          const auto replayed = find_model(then.rows(), id, organization);
          RC_ASSERT(was.has_value() == replayed.has_value());
          if (!was) continue;
          RC_ASSERT(was->model == replayed->model);
          RC_ASSERT(was->parent == replayed->parent);
          RC_ASSERT(was->replacement == replayed->replacement);
        }
      }
    }
  }));
}

TEST(AsOf, lists_at_each_position_equal_a_replay_that_stops_there) {
  const World world = world_after(long_sequence(150, 7));
  ToldLog log;
  log.follow(world);
  FoldedRows now(log);
  FoldedRows then;
  for (const auto& recorded : log.told()) {
    fold(then.rows(), recorded);
    const Position position = recorded.stamp.position;
    const Instant t = recorded.stamp.time;
    EXPECT_EQ(ids_of(list_models_as_of(now.rows(), "acme", {}, {}, 100, position, t)),
              ids_of(list_models(then.rows(), "acme", {}, {}, 100, t)))
        << "position " << position;
    EXPECT_EQ(ids_of(list_catalogue_as_of(now.rows(), {}, {}, 100, position, t)),
              ids_of(list_catalogue(then.rows(), {}, {}, 100, t)))
        << "position " << position;
  }
}

TEST(AsOf, a_list_of_the_past_is_paged_without_gap_or_repeat) {
  const World world = world_after(long_sequence(200, 3));
  ToldLog log;
  log.follow(world);
  FoldedRows folded(log);
  const Position position = log.end() / 2;
  const Instant t = world.now();
  const auto all = ids_of(list_models_as_of(folded.rows(), "acme", {}, {}, 1000, position, t));
  std::vector<ModelId> walked;
  std::optional<std::string> after;
  do {
    const Page page = list_models_as_of(folded.rows(), "acme", {}, after, 2, position, t);
    for (const ModelId& id : ids_of(page))
      walked.push_back(id);
    after = page.next;
  } while (after);
  EXPECT_GT(all.size(), 2u);
  EXPECT_EQ(walked, all);
}

TEST(AsOf, an_instant_is_the_last_event_at_or_before_it) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    ToldLog log;
    log.follow(world);
    FoldedRows folded(log);
    const Instant first = log.told().front().stamp.time;
    for (const auto& recorded : log.told()) {
      for (const std::int64_t off : {-1001, -1, 0, 1, 2, 998, 1001}) {
        const Instant at{recorded.stamp.time.ms + off};
        std::optional<Position> naive;
        for (const auto& other : log.told())
          if (other.stamp.time <= at) naive = other.stamp.position;
        RC_ASSERT(position_at(folded.rows(), at) == naive);
      }
    }
    RC_ASSERT(!position_at(folded.rows(), {first.ms - 1}).has_value());
  }));
}

TEST(AsOf, instants_before_1970_keep_their_order) {
  FoldedRows folded;
  events::Recorded recorded;
  recorded.event.payload = events::LogCreated{};
  recorded.stamp.time = {-1500};
  fold(folded.rows(), recorded);
  recorded.stamp.position = 1;
  recorded.stamp.time = {-500};
  fold(folded.rows(), recorded);
  EXPECT_EQ(position_at(folded.rows(), {-1501}), std::nullopt);
  EXPECT_EQ(position_at(folded.rows(), {-1500}), 0u);
  EXPECT_EQ(position_at(folded.rows(), {-501}), 0u);
  EXPECT_EQ(position_at(folded.rows(), {0}), 1u);
}

TEST(AsOf, a_history_is_its_events_oldest_first_in_pages) {
  const World world = world_after(long_sequence(200, 5));
  ToldLog log;
  log.follow(world);
  FoldedRows folded(log);
  for (const ModelId& id : world.all_ids()) {
    std::vector<Position> naive;
    for (const auto& recorded : log.told())
      if (recorded.event.subject == id) naive.push_back(recorded.stamp.position);
    std::vector<Position> walked;
    Position after = 0;
    while (true) {
      const auto some = history_of(folded.rows(), id, after, 2);
      if (some.empty()) break;
      walked.insert(walked.end(), some.begin(), some.end());
      after = some.back();
    }
    EXPECT_EQ(walked, naive);
  }
  EXPECT_TRUE(history_of(folded.rows(), world.all_ids()[0], UINT64_MAX, 2).empty());
}

}  // namespace
}  // namespace almanac::projections::testing
