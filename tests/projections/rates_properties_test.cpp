// Rates of generated logs, against a reader of the stream, against themselves later, and page by page.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <tuple>

#include "projections/fold.hpp"
#include "projections/queries/rates.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"
#include "tests/projections/support/stream_reader.hpp"

namespace almanac::projections::testing {
namespace {

using events::Position;
using events::testing::arbitrary_numbers;
using events::testing::second;
using events::testing::World;

constexpr std::size_t no_limit = 1'000'000;

ToldLog log_of(const World& world) {
  ToldLog log;
  log.follow(world);
  return log;
}

/// The whole of a log and some time ahead of it.
RatesAsked period_of(const ToldLog& log) {
  return {
      {log.told().front().stamp.time.ms - second}, {log.told().back().stamp.time.ms + 20 * second}, {}, {}};
}

std::vector<Rate> rates_in(const Rows& rows, const RatesAsked& asked) {
  return list_rates(rows, std::nullopt, asked, std::nullopt, no_limit, no_limit).value().items;
}

/// With the parts of one interval, which pages may end in, put together again.
std::vector<Rate> joined(const std::vector<Rate>& rates) {
  std::vector<Rate> whole;
  for (const Rate& rate : rates) {
    Rate before = whole.empty() ? Rate{} : whole.back();
    const bool follows = before.to == rate.from;
    before.from = rate.from;
    before.to = rate.to;
    if (follows && before == rate)
      whole.back().to = rate.to;
    else
      whole.push_back(rate);
  }
  return whole;
}

std::vector<Rate> before_instant(std::vector<Rate> rates, Instant end) {
  for (Rate& rate : rates)
    rate.to = std::min(rate.to, end);
  rates.erase(
      std::remove_if(rates.begin(), rates.end(), [](const Rate& rate) { return rate.from >= rate.to; }),
      rates.end());
  std::sort(rates.begin(), rates.end(), [](const Rate& left, const Rate& right) {
    return std::tie(left.model, left.from) < std::tie(right.model, right.from);
  });
  return joined(rates);
}

const Rate* covering(const std::vector<Rate>& rates, const ModelId& model, Instant t) {
  const auto found = std::find_if(rates.begin(), rates.end(), [&](const Rate& rate) {
    return rate.model == model && rate.from <= t && t < rate.to;
  });
  return found == rates.end() ? nullptr : &*found;
}

TEST(RatesProperties, are_the_join_of_what_a_reader_of_the_stream_keeps) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    const ToldLog log = log_of(world);
    FoldedRows folded(log);
    StreamReader reader;
    for (const auto& recorded : log.told())
      reader.read(recorded);
    const RatesAsked asked = period_of(log);
    const auto rates = rates_in(folded.rows(), asked);
    for (const Instant instant : reader.instants()) {
      for (const std::int64_t off : {-1, 0, 1}) {
        const Instant t{instant.ms + off};
        if (t < asked.from || t >= asked.to) continue;
        for (const ModelId& id : world.all_ids()) {
          const auto told = reader.at(id, t);
          const Rate* rate = covering(rates, id, t);
          RC_ASSERT(told.has_value() == (rate != nullptr));
          if (!told) continue;
          RC_ASSERT(rate->priced_by == told->priced_by);
          RC_ASSERT(rate->price == told->price);
          RC_ASSERT(rate->state == told->state);
          RC_ASSERT(rate->opened_by == told->opened_by);
        }
      }
    }
  }));
}

TEST(RatesProperties, of_a_model_are_disjoint_and_ordered_and_cover_its_life_within_the_period) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    const ToldLog log = log_of(world);
    FoldedRows folded(log);
    RatesAsked asked = period_of(log);
    const auto length = static_cast<std::uint64_t>(asked.to.ms - asked.from.ms);
    asked.from.ms += static_cast<std::int64_t>(*rc::gen::inRange<std::uint64_t>(0, length));
    asked.to.ms = asked.from.ms + 1 + static_cast<std::int64_t>(*rc::gen::inRange<std::uint64_t>(0, length));
    const auto rates = rates_in(folded.rows(), asked);
    for (const ModelId& id : world.all_ids()) {
      const Model& model = world.at(id);
      const Instant begin = std::max(asked.from, model.created_at);
      const Instant end = model.deleted ? std::min(asked.to, model.updated_at) : asked.to;
      Instant reached = begin;
      std::vector<Rate> own;
      std::copy_if(rates.begin(), rates.end(), std::back_inserter(own),
                   [&](const Rate& rate) { return rate.model == id; });
      for (const Rate& rate : own) {
        RC_ASSERT(rate.from == reached);
        RC_ASSERT(rate.to > rate.from);
        RC_ASSERT(rate.organization == model.organization);
        reached = rate.to;
      }
      const bool covered = own.empty() ? begin >= end : reached == end;
      RC_ASSERT(covered);
      RC_ASSERT(joined(own) == own);
    }
  }));
}

TEST(RatesProperties, before_the_last_events_time_never_change) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    const ToldLog log = log_of(world);
    FoldedRows whole(log);
    const RatesAsked asked = period_of(log);
    const auto finally = rates_in(whole.rows(), asked);
    FoldedRows then;
    for (const auto& recorded : log.told()) {
      fold(then.rows(), recorded);
      const Instant complete_through = recorded.stamp.time;
      RC_ASSERT(before_instant(rates_in(then.rows(), asked), complete_through) ==
                before_instant(finally, complete_through));
    }
  }));
}

TEST(RatesProperties, pages_of_any_size_and_any_number_of_rows_tell_the_same) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    const ToldLog log = log_of(world);
    FoldedRows folded(log);
    const RatesAsked asked = period_of(log);
    const auto limit = *rc::gen::inRange<std::size_t>(1, 5);
    const auto rows_max = *rc::gen::inRange<std::size_t>(1, 30);
    std::vector<Rate> walked;
    std::optional<RatesPlace> after;
    do {
      const auto page = list_rates(folded.rows(), std::nullopt, asked, after, limit, rows_max);
      RC_ASSERT(page.has_value());
      RC_ASSERT(page->items.size() <= limit);
      RC_ASSERT(!page->next || page->next != after);
      walked.insert(walked.end(), page->items.begin(), page->items.end());
      after = page->next;
    } while (after);
    RC_ASSERT(joined(walked) == rates_in(folded.rows(), asked));
  }));
}

TEST(RatesProperties, pages_walked_while_writes_go_on_are_whole_before_the_first_ones_last_event) {
  EXPECT_TRUE(rc::check([] {
    const World world = world_after(arbitrary_numbers());
    const ToldLog log = log_of(world);
    FoldedRows whole(log);
    const RatesAsked asked = period_of(log);
    const auto limit = *rc::gen::inRange<std::size_t>(1, 5);
    const auto begun = *rc::gen::inRange<std::size_t>(1, log.told().size() + 1);
    FoldedRows rows;
    std::size_t at = 0;
    for (; at < begun; ++at)
      fold(rows.rows(), log.told()[at]);
    const Instant complete_through = log.told()[begun - 1].stamp.time;
    std::vector<Rate> walked;
    std::optional<RatesPlace> after;
    do {
      const auto page = list_rates(rows.rows(), std::nullopt, asked, after, limit, 50);
      RC_ASSERT(page.has_value());
      walked.insert(walked.end(), page->items.begin(), page->items.end());
      after = page->next;
      if (at < log.told().size()) fold(rows.rows(), log.told()[at++]);
    } while (after);
    RC_ASSERT(before_instant(walked, complete_through) ==
              before_instant(rates_in(whole.rows(), asked), complete_through));
  }));
}

TEST(RatesProperties, more_history_than_a_request_looks_at_is_told_over_several) {
  World world = events::testing::peopled();
  const ModelId model = events::testing::id(3);
  for (int i = 0; i < 40; ++i) {
    world.advance(second);
    ASSERT_TRUE(world.perform(events::testing::reprice(events::testing::id(1), i % 2 == 0 ? "2" : "1"),
                              events::testing::operators()));
    ASSERT_TRUE(world.perform(
        events::testing::change(model, {{events::Field::display_name, "Name " + std::to_string(i)}}),
        events::testing::member_of("acme")));
  }
  const ToldLog log = log_of(world);
  FoldedRows folded(log);
  RatesAsked asked = period_of(log);
  asked.model = model;
  std::vector<Rate> walked;
  std::optional<RatesPlace> after;
  std::size_t pages = 0;
  do {
    const auto page = list_rates(folded.rows(), "acme", asked, after, 100, 30);
    ASSERT_TRUE(page);
    walked.insert(walked.end(), page->items.begin(), page->items.end());
    after = page->next;
    ++pages;
  } while (after);
  EXPECT_GT(pages, 3u);
  EXPECT_EQ(joined(walked), rates_in(folded.rows(), asked));
  EXPECT_EQ(joined(walked).size(), 41u);
}

}  // namespace
}  // namespace almanac::projections::testing
