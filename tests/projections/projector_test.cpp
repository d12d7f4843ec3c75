#include "projections/projector.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "projections/fold.hpp"
#include "projections/rebuild.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/log/support/temporary_directory.hpp"
#include "tests/projections/support/generated.hpp"

namespace almanac::projections::testing {
namespace {

namespace fs = std::filesystem;
using events::Position;
using log::test::TemporaryDirectory;

ToldLog told(std::size_t commands, std::uint64_t seed = 1) {
  ToldLog log;
  log.follow(world_after(long_sequence(commands, seed)));
  return log;
}
events::Hash digest_of(const ToldLog& log) {
  FoldedRows rows(log);
  return digest(rows.rows());
}
const Projector::Progress silent = [](Position, Position) {};

/// A store in a directory of its own, and its projector.
struct Opened {
  explicit Opened(const std::optional<fs::path>& directory = std::nullopt) {
    Store::Options options;
    options.directory = directory.value_or(own.path() / "models");
    options.memtable_bytes = 4 << 20;
    options.block_cache_bytes = 1 << 20;
    auto made = Store::open(options);
    if (!made) throw std::runtime_error(made.error().what);
    store = std::move(*made);
    projector.emplace(*store);
  }
  TemporaryDirectory own;
  std::unique_ptr<Store> store;
  std::optional<Projector> projector;
};

TEST(Projector, catches_up_to_what_a_fold_makes) {
  const ToldLog log = told(80);
  Opened node;
  ASSERT_TRUE(node.projector->catch_up(log, silent));
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
  EXPECT_EQ(node.projector->latest()->applied().position, log.end() - 1);
}

TEST(Projector, folds_on_to_the_same_digest_after_a_crash_at_every_position) {
  const ToldLog log = told(25);
  const events::Hash expected = digest_of(log);
  TemporaryDirectory directory;
  const std::span<const log::Entry> all(log.entries());
  for (std::size_t at = 0; at <= all.size(); ++at) {
    const fs::path crashed = directory.path() / "crashed";
    fs::remove_all(crashed);
    {
      // What a process leaves that ends here: files as they are, nothing flushed, nothing closed.
      Opened node;
      ASSERT_TRUE(node.projector->apply(all.first(at)));
      fs::copy(node.own.path() / "models", crashed, fs::copy_options::recursive);
    }
    Opened again(crashed);
    EXPECT_EQ(again.store->set_aside(), std::nullopt);
    EXPECT_EQ(again.store->applied().position, at == 0 ? std::nullopt : std::optional<Position>(at - 1));
    ASSERT_TRUE(again.projector->catch_up(log, silent));
    EXPECT_EQ(digest(*again.projector->latest()), expected) << "crashed behind " << at;
  }
}

TEST(Projector, sets_duplicates_aside_and_counts_them) {
  const ToldLog log = told(20);
  Opened node;
  const std::span<const log::Entry> all(log.entries());
  ASSERT_TRUE(node.projector->apply(all.first(8)));
  ASSERT_TRUE(node.projector->apply(all.first(12)));
  EXPECT_EQ(node.projector->duplicates(), 8u);
  ASSERT_TRUE(node.projector->apply(all.subspan(12)));
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
}

TEST(Projector, stops_at_a_gap_keeping_what_came_before) {
  const ToldLog log = told(20);
  Opened node;
  const std::span<const log::Entry> all(log.entries());
  ASSERT_TRUE(node.projector->apply(all.first(4)));
  const auto stopped = node.projector->apply(all.subspan(5, 3));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().at, 4u);
  EXPECT_FALSE(stopped.error().why.empty());
  EXPECT_FALSE(stopped.error().mend.empty());
  EXPECT_EQ(node.projector->latest()->applied().position, 3u);
  // Stopped is stopped, until it is told to look at the log itself.
  EXPECT_FALSE(node.projector->apply(all.subspan(4)));
  ASSERT_TRUE(node.projector->catch_up(log, silent));
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
}

TEST(Projector, stops_at_a_record_that_breaks_the_chain) {
  const ToldLog one = told(20);
  ToldLog other = told(20);
  other.log_id = events::testing::id(77);
  ToldLog changed;
  for (const auto& recorded : one.told()) {
    auto copy = recorded;
    copy.stamp.actor = "client:someone-else";
    changed.add(copy);
  }
  Opened node;
  ASSERT_TRUE(node.projector->apply(std::span(one.entries()).first(6)));
  const auto stopped = node.projector->apply(std::span(changed.entries()).subspan(6, 2));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().at, 6u);
}

TEST(Projector, read_models_of_another_log_are_set_aside_and_built_anew) {
  const ToldLog log = told(30, 1);
  ToldLog other;
  other.log_id = events::testing::id(77);
  other.follow(world_after(long_sequence(60, 2)));
  TemporaryDirectory directory;
  {
    Opened node(directory.path() / "models");
    const auto folded = node.projector->catch_up(other, silent);
    ASSERT_TRUE(folded) << folded.error().why;
  }
  Opened node(directory.path() / "models");
  ASSERT_TRUE(node.projector->catch_up(log, silent));
  ASSERT_TRUE(node.store->set_aside().has_value());
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
  EXPECT_EQ(node.store->applied().log_id, log.log_id);
}

TEST(Projector, a_batch_folded_into_a_layer_is_committed_without_a_second_fold) {
  const ToldLog log = told(30);
  Opened node;
  std::size_t at = 0;
  while (at < log.told().size()) {
    const auto layer = node.store->layer();
    Applied applied;
    for (std::size_t i = 0; i < 7 && at < log.told().size(); ++i, ++at) {
      fold(*layer, log.told()[at]);
      const auto& stamp = log.told()[at].stamp;
      applied = {stamp.position,    log.entries()[at].record.hash, stamp.time, stamp.epoch, stamp.log_id,
                 read_model_version};
    }
    const auto generation = node.projector->generation();
    ASSERT_TRUE(node.projector->commit_layer(*layer, applied));
    EXPECT_GT(node.projector->generation(), generation);
  }
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
  // And it goes on from there with records.
  ToldLog longer = told(30);
  events::Recorded more;
  more.event.payload = events::LogSealed{};
  more.event.effective_at = more.stamp.time = longer.told().back().stamp.time;
  longer.add(more);
  EXPECT_TRUE(node.projector->apply(std::span(longer.entries()).last(1)));
}

TEST(Projector, calls_back_once_when_a_position_is_applied) {
  const ToldLog log = told(20);
  Opened node;
  const std::span<const log::Entry> all(log.entries());
  ASSERT_TRUE(node.projector->apply(all.first(3)));
  int at_once = 0;
  int later = 0;
  int cancelled = 0;
  std::optional<Position> seen;
  node.projector->when_applied(2, [&] { ++at_once; });
  EXPECT_EQ(at_once, 1);
  node.projector->when_applied(5, [&] {
    ++later;
    seen = node.projector->latest()->applied().position;
  });
  const auto id = node.projector->when_applied(5, [&] { ++cancelled; });
  node.projector->cancel(id);
  ASSERT_TRUE(node.projector->apply(all.subspan(3, 2)));
  EXPECT_EQ(later, 0);
  ASSERT_TRUE(node.projector->apply(all.subspan(5, 2)));
  EXPECT_EQ(later, 1);
  EXPECT_EQ(seen, 6u) << "called before the snapshot was there";
  ASSERT_TRUE(node.projector->apply(all.subspan(7)));
  EXPECT_EQ(later, 1);
  EXPECT_EQ(at_once, 1);
  EXPECT_EQ(cancelled, 0);
}

TEST(Rebuild, is_equal_at_the_same_position_and_swapped_in) {
  const ToldLog log = told(60);
  TemporaryDirectory directory;
  Store::Options options;
  options.directory = directory.path() / "models";
  {
    Opened node(options.directory);
    ASSERT_TRUE(node.projector->apply(std::span(log.entries()).first(log.end() / 2)));
    const auto rebuilt = rebuild_beside(log, node.projector->latest().get(), options, silent);
    ASSERT_TRUE(rebuilt) << rebuilt.error().what;
    EXPECT_EQ(rebuilt->compared_at, log.end() / 2 - 1);
    ASSERT_TRUE(rebuilt->present.has_value());
    EXPECT_TRUE(rebuilt->equal());
    EXPECT_EQ(rebuilt->applied.position, log.end() - 1);
  }
  ASSERT_TRUE(swap_in_rebuilt(options));
  Opened node(options.directory);
  EXPECT_EQ(node.store->applied().position, log.end() - 1);
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
}

TEST(Rebuild, a_swap_that_a_crash_cut_in_two_is_finished_at_the_next_opening) {
  const ToldLog log = told(30);
  TemporaryDirectory directory;
  Store::Options options;
  options.directory = directory.path() / "models";
  {
    Opened node(options.directory);
    ASSERT_TRUE(node.projector->apply(std::span(log.entries()).first(5)));
    ASSERT_TRUE(rebuild_beside(log, node.projector->latest().get(), options, silent));
  }
  fs::rename(options.directory, options.directory.string() + ".replaced");
  Opened node(options.directory);
  EXPECT_EQ(node.store->applied().position, log.end() - 1);
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
  EXPECT_FALSE(fs::exists(options.directory.string() + ".replaced"));
}

TEST(Rebuild, tells_rows_that_are_not_what_the_log_says) {
  const ToldLog log = told(30);
  TemporaryDirectory directory;
  Store::Options options;
  options.directory = directory.path() / "models";
  Opened node(options.directory);
  ASSERT_TRUE(node.projector->catch_up(log, silent));
  const auto layer = node.store->layer();
  layer->put(Family::external_keys, "p/forged", "0123456789abcdef");
  ASSERT_TRUE(node.store->commit(*layer, node.store->applied()));
  const auto rebuilt = rebuild_beside(log, node.store->snapshot().get(), options, silent);
  ASSERT_TRUE(rebuilt);
  EXPECT_FALSE(rebuilt->equal());
}

TEST(Rebuild, works_where_there_are_none_and_over_what_an_interrupted_one_left) {
  const ToldLog log = told(30);
  TemporaryDirectory directory;
  Store::Options options;
  options.directory = directory.path() / "models";
  {
    Opened interrupted(options.directory.string() + ".rebuild");
    ASSERT_TRUE(interrupted.projector->apply(std::span(log.entries()).first(5)));
  }
  ASSERT_TRUE(rebuild_beside(log, nullptr, options, silent));
  ASSERT_TRUE(swap_in_rebuilt(options));
  Opened node(options.directory);
  EXPECT_EQ(digest(*node.projector->latest()), digest_of(log));
}

TEST(Timers, a_timer_added_before_the_place_pulls_it_back) {
  using namespace events::testing;
  World world = peopled();
  ToldLog log;
  Opened node;
  const auto commit = [&] {
    const auto from = log.end();
    log.follow(world);
    ASSERT_TRUE(node.projector->apply(std::span(log.entries()).subspan(from)));
  };
  const auto next = [&] {
    const auto rows = node.projector->latest();
    return node.projector->timers().next(*rows, rows->applied().position.value_or(0));
  };
  commit();
  EXPECT_FALSE(next().has_value());
  int pulled = 0;
  node.projector->timers().when_pulled_back([&] { ++pulled; });
  ASSERT_TRUE(world.perform(deprecate(id(3), {world.now().ms + 5 * day}), operators()).has_value() ||
              world.perform(deprecate(id(3), {world.now().ms + 5 * day}), member_of("acme")).has_value());
  commit();
  ASSERT_TRUE(next().has_value());
  EXPECT_EQ(next()->model, id(3));
  EXPECT_EQ(pulled, 1);
  ASSERT_TRUE(world.perform(deprecate(id(1), {world.now().ms + 9 * day}), operators()));
  commit();
  EXPECT_EQ(next()->model, id(3));
  EXPECT_EQ(pulled, 1) << "one behind the place is no news";
  ASSERT_TRUE(world.perform(deprecate(id(2), {world.now().ms + 2 * day}), operators()));
  commit();
  EXPECT_EQ(next()->model, id(2));
  EXPECT_EQ(pulled, 2);
  ASSERT_TRUE(world.perform(events::RestoreModel{id(2)}, operators()));
  commit();
  EXPECT_EQ(next()->model, id(3));
}

TEST(Timers, rows_older_than_the_pull_do_not_lose_it) {
  using namespace events::testing;
  World world = peopled();
  ASSERT_TRUE(world.perform(deprecate(id(1), {world.now().ms + 9 * day}), operators()));
  ToldLog log;
  log.follow(world);
  FoldedRows old(log);
  ASSERT_TRUE(world.perform(deprecate(id(2), {world.now().ms + 2 * day}), operators()));
  ToldLog longer;
  longer.follow(world);
  FoldedRows fresh(longer);
  const std::string early = next_timer(fresh.rows(), "")->place;
  TimerPlace place;
  EXPECT_EQ(place.next(old.rows(), log.end() - 1)->model, id(1));
  place.added(early, longer.end() - 1);
  EXPECT_EQ(place.next(old.rows(), log.end() - 1)->model, id(1));
  EXPECT_EQ(place.next(fresh.rows(), longer.end() - 1)->model, id(2));
}

}  // namespace
}  // namespace almanac::projections::testing
