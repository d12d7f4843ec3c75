#include "projections/fold.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "projections/queries/prices.hpp"
#include "projections/queries/writer.hpp"
#include "projections/store.hpp"
#include "projections/timers.hpp"
#include "projections/view.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"

/// What a fold makes of any history, against the world that decided it.
namespace almanac::projections::testing {
namespace {

using events::Instant;
using events::ModelId;
using events::Position;
using events::testing::arbitrary_numbers;
using events::testing::World;

ToldLog log_of(const World& world) {
  ToldLog log;
  log.follow(world);
  return log;
}

void same_some(const events::Some& rows, const events::Some& world) {
  RC_ASSERT(rows.count == world.count);
  RC_ASSERT(rows.first == world.first);
}

TEST(Fold, the_same_events_make_the_same_digest) {
  EXPECT_TRUE(rc::check([] {
    const ToldLog log = log_of(world_after(arbitrary_numbers()));
    FoldedRows one(log);
    FoldedRows two(log);
    RC_ASSERT(digest(one.rows()) == digest(two.rows()));
  }));
}

TEST(Fold, one_event_more_makes_another_digest) {
  const ToldLog log = log_of(world_after(long_sequence(100)));
  FoldedRows rows;
  events::Hash last = digest(rows.rows());
  for (const auto& recorded : log.told()) {
    fold(rows.rows(), recorded);
    const events::Hash now = digest(rows.rows());
    EXPECT_NE(now, last) << "position " << recorded.stamp.position;
    last = now;
  }
}

TEST(Fold, through_layers_in_any_batches_makes_the_same_digest) {
  EXPECT_TRUE(rc::check([] {
    const ToldLog log = log_of(world_after(arbitrary_numbers()));
    FoldedRows at_once(log);
    FoldedRows settled;
    Pending layer(settled.rows());
    Pending on_the_layer(static_cast<const Rows&>(layer));
    for (const auto& recorded : log.told()) {
      fold(on_the_layer, recorded);
      const int choice = *rc::gen::inRange(0, 4);
      if (choice > 0) settle(on_the_layer, layer);
      if (choice > 1) settle(layer, settled.rows());
    }
    RC_ASSERT(digest(on_the_layer) == digest(at_once.rows()));
  }));
}

TEST(Fold, a_layer_that_is_cleared_leaves_nothing) {
  const ToldLog log = log_of(world_after(long_sequence(60)));
  FoldedRows rows;
  const std::size_t half = log.told().size() / 2;
  for (std::size_t i = 0; i < half; ++i)
    fold(rows.rows(), log.told()[i]);
  const events::Hash before = digest(rows.rows());
  Pending layer(rows.rows());
  for (std::size_t i = half; i < log.told().size(); ++i)
    fold(layer, log.told()[i]);
  EXPECT_NE(digest(layer), before);
  layer.clear();
  EXPECT_EQ(digest(layer), before);
}

TEST(Fold, index_rows_agree_with_the_models_by_brute_force) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    FoldedRows folded(log_of(world));
    const RowsView view(folded.rows());
    std::size_t living_system = 0;
    for (const ModelId& id : world.all_ids()) {
      RC_ASSERT(view.model(id) == world.model(id));
      same_some(view.children(id, 2), world.children(id, 2));
      same_some(view.replaced_by(id, 2), world.replaced_by(id, 2));
      const auto& model = world.at(id);
      if (!model.is_system()) continue;
      living_system += model.deleted ? 0 : 1;
      RC_ASSERT(view.by_external_key(model.system().external_key) ==
                world.by_external_key(model.system().external_key));
    }
    std::size_t keys = 0;
    folded.rows().scan(Family::external_keys, "",
                       [&](std::string_view, std::string_view) { return ++keys > 0; });
    RC_ASSERT(keys == living_system);
    RC_ASSERT(view.catalogue_changed_at() == world.catalogue_changed_at());
  }));
}

TEST(Fold, counts_that_fall_to_nothing_leave_no_row) {
  World world = events::testing::peopled();
  for (const ModelId& id : world.all_ids())
    if (!world.at(id).is_system())
      world.append({{id, world.at(id).organization, world.now(), {}, events::ModelDeleted{}}});
  FoldedRows folded(log_of(world));
  for (const Family family : {Family::children, Family::child_counts, Family::replacements}) {
    folded.rows().scan(family, "", [&](std::string_view, std::string_view) {
      ADD_FAILURE() << "a row is left in " << name_of(family);
      return true;
    });
  }
}

TEST(Fold, a_batch_can_be_read_from_rows_alone) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    FoldedRows folded(log_of(world));
    const RowsView view(folded.rows());
    for (const auto& recorded : world.log()) {
      const auto* imported = std::get_if<events::CatalogImported>(&recorded.event.payload);
      if (imported == nullptr) continue;
      const auto batch = view.batch(imported->batch);
      RC_ASSERT(batch.has_value());
      RC_ASSERT(batch->stamp.position == recorded.stamp.position);
      RC_ASSERT(batch->event.payload == recorded.event.payload);
    }
    RC_ASSERT(!view.batch(events::testing::id(250)).has_value());
  }));
}

TEST(Fold, the_writer_is_who_claimed_last) {
  ToldLog log;
  FoldedRows rows;
  EXPECT_FALSE(last_writer(rows.rows()));
  for (const events::Epoch epoch : {1, 2}) {
    events::WriterClaimed claimed;
    claimed.epoch = epoch;
    claimed.node = "node-" + std::to_string(epoch);
    claimed.url = "http://" + claimed.node;
    events::Recorded recorded;
    recorded.event.payload = claimed;
    recorded.stamp.epoch = epoch;
    recorded.stamp.actor = "system:writer";
    log.add(recorded);
    fold(rows.rows(), log.told().back());
    EXPECT_EQ(last_writer(rows.rows()), (WriterValue{epoch, claimed.node, claimed.url}));
  }
}

TEST(Fold, timers_are_the_ends_that_are_not_recorded_in_the_order_they_fall_due) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    FoldedRows folded(log_of(world));
    std::map<std::pair<Instant, ModelId>, Position> expected;
    for (const ModelId& id : world.all_ids()) {
      const auto model = world.model(id);
      if (model && model->deprecation && !model->ended)
        expected[{model->deprecation->end_of_life_at, id}] = model->deprecation->scheduled_by;
    }
    std::string place;
    for (const auto& [due, scheduled_by] : expected) {
      const auto next = next_timer(folded.rows(), place);
      RC_ASSERT(next.has_value());
      RC_ASSERT(next->timer == (Timer{due.first, due.second, scheduled_by}));
      place = next->place + '\0';
    }
    RC_ASSERT(!next_timer(folded.rows(), place).has_value());
  }));
}

// The price of rows at an instant: the last one that began.
std::optional<events::Price> price_then(const std::vector<PriceRow>& rows, Instant at) {
  std::optional<events::Price> price;
  for (const PriceRow& row : rows)
    if (row.from <= at) price = row.price;
  return price;
}

TEST(Fold, price_rows_tell_the_price_of_every_instant_as_every_position_knew_it) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    FoldedRows folded(log_of(world));
    for (const ModelId& id : world.all_ids()) {
      if (!world.at(id).is_system()) continue;
      for (const auto& recorded : world.log()) {
        const auto model = world.model_as_of(id, recorded.stamp.position);
        if (!model) continue;
        const auto rows = prices_of(folded.rows(), id, recorded.stamp.position);
        for (std::int64_t later = 0; later < 12; ++later) {
          const Instant at{recorded.stamp.time.ms + later * 1000};
          RC_ASSERT(price_then(rows, at) == std::optional(events::price_at(*model, at)));
        }
      }
    }
  }));
}

TEST(Fold, a_price_taken_back_is_still_scheduled_as_of_before) {
  using namespace events::testing;
  World world = peopled();
  const Instant later{world.now().ms + day};
  ASSERT_TRUE(world.perform(reprice(id(1), "9", later), operators()));
  const Position scheduled = world.next() - 1;
  ASSERT_TRUE(world.perform(events::CancelReprice{id(1)}, operators()));
  FoldedRows folded(log_of(world));
  ASSERT_EQ(prices_of(folded.rows(), id(1), scheduled).size(), 2u);
  EXPECT_EQ(prices_of(folded.rows(), id(1), scheduled)[1].from, later);
  EXPECT_EQ(prices_of(folded.rows(), id(1)).size(), 1u);
}

TEST(Fold, refuses_an_event_about_a_model_that_the_rows_lack) {
  World world = events::testing::peopled();
  world.append({{events::testing::id(3), "acme", world.now(), {}, events::ModelDisabled{}}});
  FoldedRows empty;
  EXPECT_THROW(fold(empty.rows(), world.log().back()), Damaged);
}

}  // namespace
}  // namespace almanac::projections::testing
