#include <gtest/gtest.h>

#include "projections/fold.hpp"
#include "projections/key.hpp"
#include "projections/store.hpp"
#include "projections/view.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"

namespace almanac::projections::testing {
namespace {

using events::Instant;
using events::Position;

events::Recorded marked(Position position, Instant time, const std::string& key, std::uint8_t command) {
  events::Recorded recorded;
  recorded.event.payload = events::LogSealed{};
  recorded.stamp.position = position;
  recorded.stamp.time = time;
  recorded.stamp.correlation_id = events::testing::id(command);
  recorded.stamp.idempotency = events::IdempotencyMark{events::sha256(key), events::sha256("f" + key)};
  return recorded;
}

std::size_t rows_of(const Rows& rows, Family family) {
  std::size_t count = 0;
  rows.scan(family, "", [&](std::string_view, std::string_view) { return ++count > 0; });
  return count;
}

TEST(Idempotency, a_command_is_remembered_from_its_first_event_to_its_last) {
  FoldedRows folded;
  fold(folded.rows(), marked(7, {1000}, "k", 1));
  fold(folded.rows(), marked(8, {1000}, "k", 1));
  fold(folded.rows(), marked(9, {1000}, "other", 2));
  const auto command = remembered(folded.rows(), events::sha256("k"), {1000});
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->first, 7u);
  EXPECT_EQ(command->last, 8u);
  EXPECT_EQ(command->time, (Instant{1000}));
  EXPECT_EQ(command->fingerprint, events::sha256("fk"));
  EXPECT_FALSE(remembered(folded.rows(), events::sha256("never"), {1000}).has_value());
}

TEST(Idempotency, a_key_is_kept_for_72_hours_of_log_time_and_not_a_millisecond_longer) {
  FoldedRows folded;
  fold(folded.rows(), marked(1, {1000}, "k", 1));
  const Instant end{1000 + std::int64_t{72} * 3'600'000};
  EXPECT_TRUE(remembered(folded.rows(), events::sha256("k"), {end.ms - 1}).has_value());
  EXPECT_FALSE(remembered(folded.rows(), events::sha256("k"), end).has_value());
}

TEST(Idempotency, a_key_used_again_after_it_expired_belongs_to_the_new_command) {
  FoldedRows folded;
  fold(folded.rows(), marked(1, {1000}, "k", 1));
  const Instant later{1000 + remembered_for_ms};
  fold(folded.rows(), marked(2, later, "k", 2));
  auto command = remembered(folded.rows(), events::sha256("k"), later);
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->first, 2u);
  // Removing the first use must leave the second.
  fold(folded.rows(), marked(64, {later.ms + 1}, "other", 3));
  command = remembered(folded.rows(), events::sha256("k"), {later.ms + 1});
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->first, 2u);
  EXPECT_EQ(rows_of(folded.rows(), Family::idempotency_expiry), 2u);
}

TEST(Idempotency, expired_keys_go_in_bounded_steps_until_none_is_left) {
  FoldedRows folded;
  Position position = 1;
  for (; position <= 640; ++position)
    fold(folded.rows(), marked(position, {1000}, "k" + std::to_string(position), 1));
  ASSERT_EQ(rows_of(folded.rows(), Family::idempotency), 640u);
  std::size_t left = 640;
  for (; left > 1; ++position) {
    ASSERT_LT(position, 1280u) << "they are not removed fast enough";
    auto recorded = marked(position, {1000 + remembered_for_ms}, "", 2);
    recorded.stamp.idempotency.reset();
    fold(folded.rows(), recorded);
    const std::size_t now = rows_of(folded.rows(), Family::idempotency);
    ASSERT_LE(left - now, 256u);
    left = now;
    if (left == 0) break;
  }
  EXPECT_EQ(left, 0u);
  EXPECT_EQ(rows_of(folded.rows(), Family::idempotency_expiry), 0u);
}

}  // namespace
}  // namespace almanac::projections::testing
