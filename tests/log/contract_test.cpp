#include <variant>

#include "events/log/chain.hpp"
#include "tests/log/support/log_contract.hpp"
#include "tests/log/support/sample_records.hpp"

namespace almanac::log::test {
namespace {

using namespace std::chrono_literals;

template <typename Result>
bool is(const AppendResult& result) {
  return std::holds_alternative<Result>(result);
}

TEST_P(LogContract, an_empty_log_is_claimed_at_position_0) {
  const auto claim = log().claim();
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->next, 0U);
  EXPECT_EQ(claim->last, Hash{});
  EXPECT_GT(claim->epoch, 0U);
  EXPECT_FALSE(claim->sealed);
  EXPECT_EQ(log().end(), 0U);
  EXPECT_TRUE(log().read(0, 10)->empty());
}

TEST_P(LogContract, positions_are_dense_from_0) {
  const auto claim = log().claim();
  for (int i = 0; i < 7; ++i)
    ASSERT_TRUE(append_samples(log(), *claim, static_cast<std::size_t>(1 + i % 3)));
  const auto entries = all_of(log());
  ASSERT_EQ(entries.size(), 13U);
  Chain chain;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].position, i);
    EXPECT_EQ(chain.take(entries[i].record).verdict, Verdict::fold);
  }
}

TEST_P(LogContract, a_batch_is_there_whole_and_at_once) {
  const auto claim = log().claim();
  const auto batch = sample_batch(tip_of(*claim), claim->epoch, 50);
  const auto result = log().append(claim->epoch, 0, batch);
  ASSERT_TRUE(is<Committed>(result));
  EXPECT_EQ(std::get<Committed>(result).last, 49U);
  EXPECT_EQ(log().end(), 50U);
  EXPECT_EQ(*log().barrier(), 50U);
  EXPECT_EQ(log().read(49, 5)->size(), 1U);
  EXPECT_EQ(log().read(49, 5)->front().record.bytes, batch.back().bytes);
}

TEST_P(LogContract, a_conflict_leaves_no_trace) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 3));
  const auto before = all_of(log());
  const Tip tip = *tip_behind(before.back().record);
  const auto good = sample_batch(tip, claim->epoch, 2);

  EXPECT_EQ(std::get<Conflict>(log().append(claim->epoch, 2, good)).next, 3U);
  EXPECT_EQ(std::get<Conflict>(log().append(claim->epoch, 4, good)).next, 3U);
  EXPECT_TRUE(is<Conflict>(log().append(claim->epoch, 3, {})));
  Tip elsewhere = tip;
  elsewhere.last[0] ^= 1;
  EXPECT_TRUE(is<Conflict>(log().append(claim->epoch, 3, sample_batch(elsewhere, claim->epoch, 1))));
  auto gap = good;
  gap.erase(gap.begin());
  EXPECT_TRUE(is<Conflict>(log().append(claim->epoch, 3, gap)));

  EXPECT_TRUE(same(all_of(log()), before));
  ASSERT_TRUE(engine->reopen());
  EXPECT_TRUE(same(all_of(log()), before));
}

TEST_P(LogContract, records_of_an_older_epoch_do_not_continue_the_log) {
  auto claim = log().claim();
  claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 1));
  const Tip tip = *tip_behind(all_of(log()).back().record);
  EXPECT_TRUE(is<Conflict>(log().append(claim->epoch, 1, sample_batch(tip, claim->epoch - 1, 1))));
}

TEST_P(LogContract, an_old_epoch_is_fenced_and_invisible) {
  const auto old_claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *old_claim, 2));
  const auto claim = engine->rival().claim();
  ASSERT_TRUE(claim);
  EXPECT_GT(claim->epoch, old_claim->epoch);
  const auto late = log().append(old_claim->epoch, 2, sample_batch(tip_of(*claim), old_claim->epoch, 1));
  ASSERT_TRUE(is<Fenced>(late));
  const Epoch by = std::get<Fenced>(late).by;
  EXPECT_TRUE(by == claim->epoch || by == 0) << by;
  EXPECT_EQ(engine->rival().end(), 2U);
  ASSERT_TRUE(append_samples(engine->rival(), *claim, 1));
  EXPECT_EQ(all_of(engine->rival()).size(), 3U);
}

TEST_P(LogContract, a_claim_that_appended_nothing_is_fenced_and_invisible_too) {
  const auto old_claim = log().claim();
  const auto claim = engine->rival().claim();
  ASSERT_TRUE(claim);
  EXPECT_TRUE(is<Fenced>(log().append(old_claim->epoch, 0, sample_batch({}, old_claim->epoch, 1))));
  EXPECT_EQ(engine->rival().end(), 0U);
  const auto batch = sample_batch({}, claim->epoch, 2);
  ASSERT_TRUE(is<Committed>(engine->rival().append(claim->epoch, 0, batch)));
  EXPECT_TRUE(is<Fenced>(log().append(old_claim->epoch, 0, sample_batch({}, old_claim->epoch, 1))));
  EXPECT_EQ(*engine->rival().barrier(), 2U);
  EXPECT_EQ(all_of(engine->rival()).front().record.bytes, batch.front().bytes);
}

TEST_P(LogContract, nothing_is_appended_without_a_claim) {
  ASSERT_TRUE(log().claim());
  ASSERT_TRUE(engine->reopen());
  EXPECT_TRUE(is<Fenced>(log().append(1, 0, sample_batch({}, 1, 1))));
  EXPECT_TRUE(is<Fenced>(log().append(0, 0, sample_batch({}, 1, 1))));
  EXPECT_EQ(log().end(), 0U);
}

TEST_P(LogContract, a_claim_sees_all_earlier_commits) {
  const auto first = log().claim();
  ASSERT_TRUE(append_samples(log(), *first, 5));
  const auto second = engine->rival().claim();
  EXPECT_EQ(second->next, 5U);
  EXPECT_EQ(second->last, all_of(log()).back().record.hash);
  ASSERT_TRUE(engine->reopen());
  const auto third = log().claim();
  EXPECT_EQ(third->next, 5U);
  EXPECT_EQ(third->last, second->last);
  EXPECT_GT(third->epoch, first->epoch);
}

TEST_P(LogContract, no_two_claims_that_appended_share_an_epoch) {
  Epoch last = 0;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(log().claim());
    const auto claim = log().claim();
    ASSERT_TRUE(claim);
    EXPECT_GT(claim->epoch, last);
    last = claim->epoch;
    ASSERT_TRUE(append_samples(log(), *claim, 1));
    ASSERT_TRUE(engine->reopen());
  }
}

TEST_P(LogContract, a_claim_is_of_a_higher_epoch_than_any_record) {
  const auto claim = log().claim();
  const auto result = log().append(claim->epoch, 0, sample_batch({}, 41, 1));
  ASSERT_TRUE(is<Committed>(result));
  ASSERT_TRUE(engine->reopen());
  EXPECT_EQ(log().claim()->epoch, 42U);
}

TEST_P(LogContract, reading_resumes_at_every_position) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 20));
  const auto all = all_of(log());
  for (Position from = 0; from <= 21; ++from) {
    const auto rest = log().read(from, 100);
    ASSERT_TRUE(rest);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(std::min<Position>(from, 20));
    EXPECT_TRUE(same(*rest, {begin, all.end()})) << from;
    EXPECT_LE(log().read(from, 3)->size(), 3U);

    const auto tail = log().tail(from);
    std::vector<Entry> seen;
    for (bool caught_up = false; !caught_up;) {
      auto part = tail->next(6, 0ms);
      ASSERT_TRUE(part);
      caught_up = part->caught_up;
      std::move(part->entries.begin(), part->entries.end(), std::back_inserter(seen));
    }
    EXPECT_TRUE(same(seen, {begin, all.end()})) << from;
  }
}

TEST_P(LogContract, everything_committed_survives_a_restart) {
  const auto claim = log().claim();
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(append_samples(log(), *claim, 4));
  const auto before = all_of(log());
  ASSERT_TRUE(engine->reopen());
  EXPECT_TRUE(same(all_of(log()), before));
}

TEST_P(LogContract, an_unknown_outcome_is_resolved_by_reading) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 3));
  const auto before = all_of(log());
  const auto doubtful = sample_batch(*tip_behind(before.back().record), claim->epoch, 4);
  engine->break_commits();
  const auto result = log().append(claim->epoch, 3, doubtful);
  ASSERT_TRUE(is<Unknown>(result) || is<Unavailable>(result));
  EXPECT_TRUE(same(all_of(log()), before)) << "what is in doubt is not shown";
  EXPECT_TRUE(is<Unavailable>(log().append(claim->epoch, 3, doubtful))) << "no retry";
  EXPECT_FALSE(log().barrier());
  EXPECT_FALSE(log().claim());

  ASSERT_TRUE(engine->reopen());
  const auto resolved = log().claim();
  ASSERT_TRUE(resolved);
  const auto after = all_of(log());
  EXPECT_TRUE(resolved->next == 3 || (resolved->next == 7 && is<Unknown>(result))) << "all or nothing";
  EXPECT_TRUE(same({after.begin(), after.begin() + 3}, before));
  EXPECT_TRUE(append_samples(log(), *resolved, 2));
}

TEST_P(LogContract, a_flipped_bit_is_found_or_mended) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 20));
  const Tip tip = *tip_behind(all_of(log()).back().record);
  const std::string value = "{\"marked\":\"xq7-Zr9_pLw3Kd\"}";
  ASSERT_TRUE(is<Committed>(
      log().append(claim->epoch, 20, chain_records({sample_fields(value)}, tip, claim->epoch))));
  ASSERT_TRUE(append_samples(log(), *claim, 20));
  const auto before = all_of(log());

  const auto reopened = engine->flip_a_bit_of("xq7-Zr9_pLw3Kd");
  if (!reopened) {
    EXPECT_FALSE(reopened.error().what.empty());
    EXPECT_FALSE(reopened.error().mend.empty());
    return;
  }
  const auto entries = log().read(0, 100);
  if (!entries || same(*entries, before)) return;
  Chain chain;
  const auto good = std::count_if(entries->begin(), entries->end(), [&](const Entry& entry) {
    return chain.take(entry.record).verdict == Verdict::fold;
  });
  EXPECT_LT(good, 41) << "the flip was neither refused nor seen by the chain";
}

TEST_P(LogContract, another_logs_records_are_refused) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 2));
  const auto before = all_of(log());
  const auto foreign = chain_records(
      {sample_fields("{}", "dev.almanac.ModelCreated.v1", "01930000-0000-7000-8000-00000000000f")},
      *tip_behind(before.back().record), claim->epoch);
  EXPECT_TRUE(is<Conflict>(log().append(claim->epoch, 2, foreign)));
  EXPECT_TRUE(same(all_of(log()), before));
}

TEST_P(LogContract, a_copys_claim_gives_the_log_another_id_for_good) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 2));
  const auto again = log().claim();
  const Tip tip = tip_of(*again);
  const auto early = sample_batch(tip, again->epoch, 1, sample_copy_id);
  EXPECT_TRUE(is<Conflict>(log().append(again->epoch, 2, early))) << "nothing but the claim may do it";
  ASSERT_TRUE(
      is<Committed>(log().append(again->epoch, 2, chain_records({copy_claimed()}, tip, again->epoch))));
  ASSERT_TRUE(engine->reopen());
  const auto third = log().claim();
  ASSERT_TRUE(append_samples(log(), *third, 2));
  const auto former = sample_batch(*tip_behind(all_of(log()).back().record), third->epoch, 1, sample_log_id);
  EXPECT_TRUE(is<Conflict>(log().append(third->epoch, 5, former)));
  EXPECT_EQ(log_id_of(all_of(log()).back().record.bytes), sample_copy_id);
}

TEST_P(LogContract, sealed_is_final) {
  const auto claim = log().claim();
  ASSERT_TRUE(append_samples(log(), *claim, 2));
  const auto sealing = sealing_batch(*tip_behind(all_of(log()).back().record), claim->epoch);
  ASSERT_TRUE(is<Committed>(log().append(claim->epoch, 2, sealing)));
  EXPECT_FALSE(append_samples(log(), *claim, 1));
  ASSERT_TRUE(engine->reopen());
  const auto again = log().claim();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->sealed);
  EXPECT_EQ(again->epoch, 0U);
  EXPECT_EQ(again->next, 3U);
  EXPECT_FALSE(append_samples(log(), *again, 1));
  EXPECT_FALSE(append_samples(log(), *claim, 1));
  EXPECT_EQ(all_of(log()).size(), 3U);
}

}  // namespace
}  // namespace almanac::log::test
