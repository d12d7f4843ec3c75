#include "events/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using almanac::events::Multiplier;

namespace {

constexpr std::int64_t most = 10'000'000'000;

std::optional<std::int64_t> millionths(std::string_view text) {
  const auto parsed = Multiplier::parse(text);
  return parsed ? std::optional{parsed->millionths} : std::nullopt;
}

TEST(Decimal, is_written_without_exponent_and_trailing_zeros) {
  EXPECT_EQ(Multiplier{0}.text(), "0");
  EXPECT_EQ(Multiplier{1}.text(), "0.000001");
  EXPECT_EQ(Multiplier{1'500'000}.text(), "1.5");
  EXPECT_EQ(Multiplier{100'000}.text(), "0.1");
  EXPECT_EQ(Multiplier{10'000'000}.text(), "10");
  EXPECT_EQ(Multiplier{most}.text(), "10000");
  EXPECT_EQ(Multiplier{1'000'001}.text(), "1.000001");
}

TEST(Decimal, is_read_exactly_from_its_text) {
  EXPECT_EQ(millionths("0.1"), 100'000);
  EXPECT_EQ(millionths("1e-3"), 1'000);
  EXPECT_EQ(millionths("1E-6"), 1);
  EXPECT_EQ(millionths("1.0000000"), 1'000'000);
  EXPECT_EQ(millionths("1.5e+2"), 150'000'000);
  EXPECT_EQ(millionths("10000"), most);
  EXPECT_EQ(millionths("0.00001e9"), most);
  EXPECT_EQ(millionths("10000000e-3"), most);
}

TEST(Decimal, a_tenth_and_two_tenths_are_three_tenths) {
  const auto sum = Multiplier::parse("0.1")->millionths + Multiplier::parse("0.2")->millionths;
  EXPECT_EQ(Multiplier{sum}.text(), "0.3");
}

TEST(Decimal, takes_any_exponent_of_three_digits) {
  EXPECT_EQ(millionths("0e999"), 0);
  EXPECT_EQ(millionths("0.000e-999"), 0);
  EXPECT_EQ(millionths("1" + std::string(300, '0') + "e-300"), 1'000'000);
  EXPECT_EQ(millionths("0." + std::string(299, '0') + "1e300"), 1'000'000);
  EXPECT_EQ(millionths("1e-007"), std::nullopt);
  EXPECT_EQ(millionths("1e999"), std::nullopt);
  EXPECT_EQ(millionths("1e-999"), std::nullopt);
  EXPECT_EQ(millionths("0e1000"), std::nullopt);
}

TEST(Decimal, refuses_a_seventh_place_that_is_not_zero) {
  EXPECT_EQ(millionths("0.0000001"), std::nullopt);
  EXPECT_EQ(millionths("1.0000001"), std::nullopt);
  EXPECT_EQ(millionths("1e-7"), std::nullopt);
  EXPECT_EQ(millionths("0.0000010"), 1);
}

TEST(Decimal, refuses_more_than_ten_thousand) {
  EXPECT_EQ(millionths("10000.000001"), std::nullopt);
  EXPECT_EQ(millionths("10001"), std::nullopt);
  EXPECT_EQ(millionths("18446744073709551617"), std::nullopt);
}

TEST(Decimal, refuses_a_sign_other_than_of_zero) {
  EXPECT_EQ(millionths("-0"), 0);
  EXPECT_EQ(millionths("-0.0e5"), 0);
  EXPECT_EQ(millionths("-1"), std::nullopt);
  EXPECT_EQ(millionths("-0.000001"), std::nullopt);
}

TEST(Decimal, refuses_what_is_no_json_number) {
  for (const char* text : {"", "-", "+1", "01", ".5", "1.", "1.e3", "1e", "1e+", "0x1", "1 ", " 1", "1,5",
                           "NaN", "Infinity", "1e1.5", "--1", "1_000"}) {
    EXPECT_EQ(millionths(text), std::nullopt) << text;
  }
  EXPECT_EQ(millionths(std::string_view("1\0", 2)), std::nullopt);
}

RC_GTEST_PROP(Decimal, parsed_from_its_text_is_itself, ()) {
  const Multiplier multiplier{*rc::gen::inRange<std::int64_t>(0, most + 1)};
  RC_ASSERT(Multiplier::parse(multiplier.text()) == multiplier);
}

RC_GTEST_PROP(Decimal, written_with_any_exponent_it_is_the_same, ()) {
  const auto value = *rc::gen::inRange<std::int64_t>(0, most + 1);
  const auto zeros = *rc::gen::inRange(0, 900);
  const std::string scaled = std::to_string(value) + std::string(static_cast<std::size_t>(zeros), '0');
  const std::string text = (value == 0 ? "0" : scaled) + "e-" + std::to_string(zeros + 6);
  RC_ASSERT(millionths(text) == value);
}

RC_GTEST_PROP(Decimal, a_parsed_text_is_read_again_as_the_same, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.eE+-")));
  const auto parsed = Multiplier::parse(text);
  if (parsed) RC_ASSERT(Multiplier::parse(parsed->text()) == parsed);
}

}  // namespace
