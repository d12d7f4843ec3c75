#include "events/instant.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using almanac::events::Instant;

namespace {

constexpr std::int64_t first_ms = -62'167'219'200'000;
constexpr std::int64_t last_ms = 253'402'300'799'999;

std::string again(std::string_view text) {
  const auto instant = Instant::parse(text);
  return instant ? instant->text() : "refused";
}

TEST(Instant, is_written_with_milliseconds_and_z) {
  EXPECT_EQ(Instant{0}.text(), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(Instant{1'795'341'600'123}.text(), "2026-11-22T10:00:00.123Z");
  EXPECT_EQ(Instant{-1}.text(), "1969-12-31T23:59:59.999Z");
}

TEST(Instant, reaches_from_the_year_0000_to_9999) {
  EXPECT_EQ(Instant{first_ms}.text(), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(Instant{last_ms}.text(), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(Instant::parse("0000-01-01T00:00:00Z")->ms, first_ms);
  EXPECT_EQ(Instant::parse("9999-12-31T23:59:59.999999999Z")->ms, last_ms);
}

TEST(Instant, takes_any_offset) {
  EXPECT_EQ(again("2026-11-22T12:30:00+02:30"), "2026-11-22T10:00:00.000Z");
  EXPECT_EQ(again("2026-11-22T00:00:00-23:59"), "2026-11-22T23:59:00.000Z");
  EXPECT_EQ(again("2026-11-22T10:00:00-00:00"), "2026-11-22T10:00:00.000Z");
  EXPECT_EQ(again("2026-11-22t10:00:00z"), "2026-11-22T10:00:00.000Z");
}

TEST(Instant, cuts_a_fraction_to_milliseconds) {
  EXPECT_EQ(again("2026-11-22T10:00:00.9Z"), "2026-11-22T10:00:00.900Z");
  EXPECT_EQ(again("2026-11-22T10:00:00.1239Z"), "2026-11-22T10:00:00.123Z");
  EXPECT_EQ(again("2026-11-22T10:00:00.999999999Z"), "2026-11-22T10:00:00.999Z");
  EXPECT_EQ(again("1969-12-31T23:59:59.9999Z"), "1969-12-31T23:59:59.999Z");
}

TEST(Instant, knows_the_leap_years) {
  EXPECT_EQ(again("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(again("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(again("1900-02-29T00:00:00Z"), "refused");
  EXPECT_EQ(again("2023-02-29T00:00:00Z"), "refused");
}

TEST(Instant, refuses_second_60) {
  EXPECT_FALSE(Instant::parse("2016-12-31T23:59:60Z"));
}

TEST(Instant, refuses_what_an_offset_carries_out_of_the_writable_years) {
  EXPECT_FALSE(Instant::parse("9999-12-31T23:59:00-00:01"));
  EXPECT_FALSE(Instant::parse("0000-01-01T00:00:00+00:01"));
}

class NotAnInstant : public testing::TestWithParam<const char*> {};

TEST_P(NotAnInstant, is_refused) {
  EXPECT_FALSE(Instant::parse(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NotAnInstant,
    testing::Values("", "2026-11-22", "2026-11-22T10:00:00", "2026-11-22 10:00:00Z", "2026-11-22T10:00Z",
                    "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z", "2026-13-01T00:00:00Z",
                    "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-00T00:00:00Z",
                    "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00,5Z", "2026-11-22T10:00:00.1234567890Z",
                    "2026-11-22T10:00:00+24:00", "2026-11-22T10:00:00+02:60", "2026-11-22T10:00:00+0200",
                    "2026-11-22T10:00:00+02", "2026-11-22T10:00:00ZZ", " 2026-11-22T10:00:00Z",
                    "2026-11-22T10:00:00Z ", "+2026-11-22T10:00:00Z", "-0001-11-22T10:00:00Z",
                    "12026-11-22T10:00:00Z", "2026-1-22T10:00:00Z", "1795341600", "now"));

RC_GTEST_PROP(Instant, parsed_from_its_text_is_itself, ()) {
  const Instant instant{*rc::gen::inRange(first_ms, last_ms + 1)};
  RC_ASSERT(Instant::parse(instant.text()) == instant);
}

RC_GTEST_PROP(Instant, texts_are_ordered_as_instants_are, ()) {
  const Instant a{*rc::gen::inRange(first_ms, last_ms + 1)};
  const Instant b{*rc::gen::inRange(first_ms, last_ms + 1)};
  RC_ASSERT((a < b) == (a.text() < b.text()));
}

RC_GTEST_PROP(Instant, never_trips_over_any_text, (const std::string& text)) {
  const auto instant = Instant::parse(text);
  if (instant) RC_ASSERT(Instant::parse(instant->text()) == instant);
}

}  // namespace
