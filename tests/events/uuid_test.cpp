#include "events/uuid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <tuple>

using almanac::events::Instant;
using almanac::events::NewIds;
using almanac::events::Uuid;

namespace {

TEST(Uuid, is_written_in_lower_case) {
  Uuid id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i)
    id.bytes[i] = static_cast<std::uint8_t>(0xA0 + i);
  EXPECT_EQ(id.text(), "a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");
}

TEST(Uuid, refuses_every_text_but_the_canonical_one) {
  const std::string good = "0190163d-8694-739b-aea5-966c26f8ad91";
  ASSERT_TRUE(Uuid::parse(good));
  for (std::string text :
       {std::string("0190163D-8694-739b-aea5-966c26f8ad91"), "{" + good + "}", "urn:uuid:" + good, good + " ",
        good.substr(1), std::string("0190163d8694739baea5966c26f8ad91"), std::string(),
        std::string("0190163d-8694-739b-aea5-966c26f8ad9g"),
        std::string("0190163d-8694-739b-aea59-66c26f8ad91"),
        std::string("0190163d_8694_739b_aea5_966c26f8ad91")}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

RC_GTEST_PROP(Uuid, parsed_from_its_text_is_itself, (const std::array<std::uint8_t, 16>& bytes)) {
  const Uuid id{bytes};
  RC_ASSERT(Uuid::parse(id.text()) == id);
}

RC_GTEST_PROP(Uuid, texts_are_ordered_as_ids_are,
              (const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b)) {
  RC_ASSERT((Uuid{a} < Uuid{b}) == (Uuid{a}.text() < Uuid{b}.text()));
}

TEST(NewIds, have_a_layout_that_never_changes) {
  NewIds ids(Instant{0x0190'163D'8694}, 42);
  EXPECT_EQ(ids.next().text(), "0190163d-8694-7000-8000-000000a80000");
  EXPECT_EQ(ids.next().text(), "0190163d-8694-7000-8000-000000a80001");
  EXPECT_EQ(NewIds(Instant{0}, (std::uint64_t{1} << 56) - 1).next().text(),
            "00000000-0000-7fff-bfff-fffffffc0000");
}

TEST(NewIds, of_an_import_of_ten_thousand_rows_are_distinct_and_in_order) {
  NewIds ids(Instant{1'795'341'600'000}, 812);
  std::vector<Uuid> made;
  for (int i = 0; i < 10'001; ++i)
    made.push_back(ids.next());
  EXPECT_TRUE(std::is_sorted(made.begin(), made.end()));
  EXPECT_EQ(std::set<Uuid>(made.begin(), made.end()).size(), made.size());
  EXPECT_LT(made.back(), NewIds(Instant{1'795'341'600'000}, 813).next());
}

TEST(NewIds, stop_rather_than_repeat) {
  NewIds ids(Instant{0}, 1);
  for (std::uint32_t i = 0; i < NewIds::ids_per_command_max; ++i)
    ids.next();
  EXPECT_THROW(ids.next(), std::length_error);
  EXPECT_THROW(NewIds(Instant{0}, std::uint64_t{1} << 56).next(), std::length_error);
}

RC_GTEST_PROP(NewIds, are_ordered_by_time_then_position_then_counter, ()) {
  const auto place = [] {
    return std::tuple{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << *rc::gen::inRange(1, 48)),
                      *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << *rc::gen::inRange(1, 56)),
                      *rc::gen::inRange(0, 50)};
  };
  const auto id_at = [](const auto& at) {
    NewIds ids(Instant{std::get<0>(at)}, std::get<1>(at));
    for (int i = 0; i < std::get<2>(at); ++i)
      ids.next();
    return ids.next();
  };
  const auto a = place();
  auto b = place();
  if (*rc::gen::arbitrary<bool>()) std::get<0>(b) = std::get<0>(a);
  if (*rc::gen::arbitrary<bool>()) std::get<1>(b) = std::get<1>(a);
  RC_ASSERT((id_at(a) <=> id_at(b)) == (a <=> b));
}

RC_GTEST_PROP(NewIds, are_version_7_of_the_rfc_variant, (std::uint32_t position)) {
  const Uuid id = NewIds(Instant{1'795'341'600'000}, position).next();
  RC_ASSERT(id.bytes[6] >> 4 == 7);
  RC_ASSERT(id.bytes[8] >> 6 == 2);
}

TEST(UuidHash, spreads_ids_made_one_after_another) {
  NewIds ids(Instant{1'795'341'600'000}, 7);
  std::set<std::size_t> low_bits;
  for (int i = 0; i < 4096; ++i)
    low_bits.insert(std::hash<Uuid>{}(ids.next()) & 0xFFFF);
  EXPECT_GT(low_bits.size(), 3500U);
}

}  // namespace
