// Eighteen months of the real LiteLLM map on a real log, each change at its own date: what models cost over a
// year, and what the catalogue was on given days, against the raw history folded by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <set>

#include "projections/queries/as_of.hpp"
#include "projections/queries/rates.hpp"
#include "projections/view.hpp"
#include "tests/cli/support/listed_history.hpp"
#include "tests/cli/support/listed_model.hpp"
#include "tests/cli/support/replay.hpp"

namespace almanac::cli {
namespace {

using events::Instant;
using events::LifecycleState;
using events::ModelId;
using projections::Rate;
using test::ListedHistory;

/// Exact: milliseconds times millionths over a year pass 64 bits.
__extension__ using Wide = __int128;

struct Bill {
  Wide millionths = 0;  ///< priced milliseconds, each times its multiplier
  std::int64_t priced_ms = 0, unpriced_ms = 0;

  void add(std::int64_t ms, const std::optional<std::int64_t>& multiplier_millionths) {
    (multiplier_millionths ? priced_ms : unpriced_ms) += ms;
    if (multiplier_millionths) millionths += static_cast<Wide>(ms) * *multiplier_millionths;
  }
  void add(const Bill& other) {
    millionths += other.millionths;
    priced_ms += other.priced_ms;
    unpriced_ms += other.unpriced_ms;
  }
  bool operator==(const Bill&) const = default;
};

/// One replay for all tests here: it takes a quarter of a minute.
class LitellmPast : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto history = test::real_history();
    if (!history) return;
    listed = std::make_unique<ListedHistory>(*history);
    replay = std::make_unique<test::Replay>(history->front().at);
    for (const test::Snapshot& snapshot : *history)
      replay->take(snapshot);
    begin = history->front().at;
    end = history->back().at;
  }
  static void TearDownTestSuite() {
    replay.reset();
    listed.reset();
  }
  void SetUp() override {
    if (!replay) GTEST_SKIP() << "the history of the LiteLLM map is not at ../shared/data";
  }

  static std::vector<Rate> rates(const ModelId& model, Instant from, Instant to) {
    const auto snapshot = replay->desk.projector->latest();
    std::vector<Rate> rates;
    std::optional<projections::RatesPlace> after;
    do {
      const auto page = projections::list_rates(*snapshot, "acme", {from, to, model, {}}, after, 100);
      rates.insert(rates.end(), page->items.begin(), page->items.end());
      after = page->next;
    } while (after);
    return rates;
  }

  /// From the raw history alone.
  static Bill expected_bill(const std::string& key, Instant from, Instant to) {
    Bill bill;
    const auto& standings = listed->models().at(key);
    for (std::size_t i = 0; i < standings.size(); ++i) {
      const Instant until = i + 1 < standings.size() ? standings[i + 1].at : to;
      const std::int64_t ms = std::min(to, until).ms - std::max(from, standings[i].at).ms;
      if (ms > 0) bill.add(ms, standings[i].listing.multiplier_millionths);
    }
    return bill;
  }

  /// 200 models that there were before `to`, at most half of them for having had several prices in the
  /// period.
  static std::vector<std::string> some_200(Instant from, Instant to) {
    std::vector<std::string> keys;
    for (const auto& [key, standings] : listed->models())
      if (standings.front().at < to) keys.push_back(key);
    std::shuffle(keys.begin(), keys.end(), std::mt19937_64(20'260'724));
    const auto repriced = [&](const std::string& key) {
      const auto& first = listed->at(key, from);
      const auto& last = listed->at(key, Instant{to.ms - 1});
      return first != nullptr && first->listing.multiplier_millionths != last->listing.multiplier_millionths;
    };
    const auto others = std::stable_partition(keys.begin(), keys.end(), repriced);
    if (others - keys.begin() > 100) std::shuffle(keys.begin() + 100, keys.end(), std::mt19937_64(200));
    keys.resize(std::min<std::size_t>(keys.size(), 200));
    return keys;
  }

  static bool is_retired(const ListedHistory::Standing& standing, Instant t) {
    return standing.removed || (standing.listing.ends_on && test::midnight(*standing.listing.ends_on) <= t);
  }

  static std::unique_ptr<ListedHistory> listed;
  static std::unique_ptr<test::Replay> replay;
  static Instant begin, end;
};
std::unique_ptr<ListedHistory> LitellmPast::listed;
std::unique_ptr<test::Replay> LitellmPast::replay;
Instant LitellmPast::begin, LitellmPast::end;

TEST_F(LitellmPast, what_200_models_cost_over_a_year_equals_the_raw_history_exactly) {
  const Instant from = test::midnight("2025-06-01"), to = test::midnight("2026-06-01");
  const auto keys = some_200(from, to);
  ASSERT_EQ(keys.size(), 200U);
  std::size_t intervals = 0, repriced = 0;
  Bill all, of_all_rates;
  for (const std::string& key : keys) {
    const auto model = replay->model(key);
    ASSERT_TRUE(model) << key;
    Bill bill;
    std::set<events::Position> openings;
    for (const Rate& rate : rates(model->id, from, to)) {
      const auto& multiplier = rate.price.multiplier;
      bill.add(rate.to.ms - rate.from.ms, multiplier ? std::optional(multiplier->millionths) : std::nullopt);
      openings.insert(rate.opened_by);
      ++intervals;
    }
    repriced += openings.size() > 1 ? 1 : 0;
    const Bill expected = expected_bill(key, from, to);
    EXPECT_TRUE(bill == expected) << key << ": " << bill.priced_ms << " ms priced, " << expected.priced_ms
                                  << " in the history";
    all.add(expected);
    of_all_rates.add(bill);
  }
  EXPECT_TRUE(all == of_all_rates);
  EXPECT_GT(repriced, 0U) << "models whose price changed must be among them";
  EXPECT_GT(all.unpriced_ms, 0) << "and unpriced ones";
  std::cout << "rates of 200 models over a year: " << intervals << " intervals, " << repriced
            << " models with more than one price, " << static_cast<double>(all.millionths) / 1e6
            << " credit milliseconds over " << all.priced_ms << " ms priced and " << all.unpriced_ms
            << " ms unpriced, all equal\n";
}

TEST_F(LitellmPast, the_catalogue_as_of_50_dates_equals_the_raw_history_then) {
  std::mt19937_64 random(20'250'206);
  std::uniform_int_distribution<std::int64_t> within(begin.ms, end.ms);
  const auto rows = replay->desk.projector->latest();
  std::size_t models = 0, equal = 0, held = 0;
  for (int i = 0; i < 50; ++i) {
    const Instant date{within(random)};
    const auto position = projections::position_at(*rows, date);
    ASSERT_TRUE(position);
    std::set<std::string> expected, seen;
    for (const auto& [key, standings] : listed->models()) {
      const auto* standing = listed->at(key, date);
      if (standing != nullptr && !is_retired(*standing, date)) expected.insert(key);
    }
    const auto page = projections::list_catalogue_as_of(*rows, {}, std::nullopt, 100'000, *position, date);
    for (const auto& shown : page.items) {
      const std::string& key = shown.model.system().external_key;
      seen.insert(key);
      const auto* standing = listed->at(key, date);
      ASSERT_NE(standing, nullptr) << key << " at " << date.text();
      if (!standing->current) {
        ++held;
        continue;
      }
      ++models;
      equal += test::expect_listed(shown.model, key, standing->listing);
    }
    EXPECT_EQ(seen, expected) << date.text();
  }
  EXPECT_EQ(equal, 12 * models);
  std::cout << "catalogue as of 50 dates: " << models << " models, " << equal << " fields equal, " << held
            << " that the map had made no model of by then\n";
}

}  // namespace
}  // namespace almanac::cli
