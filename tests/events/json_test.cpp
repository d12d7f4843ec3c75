#include "events/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/events/support/json_values.hpp"

using namespace almanac::events::json;

namespace {

std::string again(std::string_view text) {
  return written(parsed(text));
}

std::string why_not(std::string_view text, Limits limits = {}) {
  const auto value = parse(text, limits);
  return value ? "accepted" : std::to_string(value.error().offset) + ": " + value.error().detail;
}

TEST(Json, keeps_the_order_of_members_and_the_text_of_numbers) {
  EXPECT_EQ(again(R"({"z":1.0,"a":1e2,"m":-0,"b":0.10})"), R"({"z":1.0,"a":1e2,"m":-0,"b":0.10})");
  EXPECT_EQ(again("123456789012345678901234567890.12345"), "123456789012345678901234567890.12345");
}

TEST(Json, keeps_numbers_that_no_double_can_hold) {
  EXPECT_EQ(again("[1e999,-1E-999,0.1e+400]"), "[1e999,-1E-999,0.1e+400]");
}

TEST(Json, is_written_without_white_space) {
  EXPECT_EQ(again(" \r\n\t{ \"a\" : [ 1 , true , null , { } , [ ] ] } \n"), R"({"a":[1,true,null,{},[]]})");
}

TEST(Json, decodes_every_escape) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD834\udd1e\u0000")").text,
            std::string("\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E\0", 19));
}

TEST(Json, escapes_what_must_be_and_nothing_else) {
  std::string out;
  write_string(out, std::string_view("a\"\\/\b\f\n\r\t\0\x1f\x7f\xC3\xA9", 14));
  EXPECT_EQ(out, "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\xC3\xA9\"");
}

TEST(Json, finds_a_member_by_its_name) {
  const Value object = parsed(R"({"a":1,"":2,"a\u0000":3})");
  EXPECT_EQ(object.find("a")->text, "1");
  EXPECT_EQ(object.find("")->text, "2");
  EXPECT_EQ(object.find(std::string_view("a\0", 2))->text, "3");
  EXPECT_EQ(object.find("b"), nullptr);
  EXPECT_EQ(parsed("[1]").find("a"), nullptr);
}

TEST(Json, says_where_and_why) {
  EXPECT_EQ(why_not(R"({"a":1,"b":1,"a":2})"), "13: a second member \"a\"");
  EXPECT_EQ(why_not("[1,\"\xFF\"]"), "4: not UTF-8");
  EXPECT_EQ(why_not("[1,2"), "4: Missing a comma or ']' after an array element.");
  EXPECT_EQ(why_not(""), "0: The document is empty.");
  EXPECT_EQ(why_not("{} {}"), "3: The document root must not be followed by other values.");
}

TEST(Json, is_never_longer_than_allowed) {
  EXPECT_EQ(why_not("[1,2]", {.bytes_max = 5}), "accepted");
  EXPECT_EQ(why_not("[1,2] ", {.bytes_max = 5}), "5: longer than 5 bytes");
}

TEST(Json, is_never_deeper_than_allowed) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(depth(parsed(nested(64))), 64U);
  EXPECT_EQ(why_not(nested(65)), "64: nested deeper than 64");
  EXPECT_EQ(why_not(R"([{"a":[]}])", {.depth_max = 3}), "accepted");
  EXPECT_EQ(why_not(R"([{"a":[]}])", {.depth_max = 2}), "6: nested deeper than 2");
  EXPECT_EQ(why_not("1", {.depth_max = 0}), "accepted");
}

TEST(Json, counts_the_depth_of_a_value) {
  EXPECT_EQ(depth(parsed("1")), 0U);
  EXPECT_EQ(depth(parsed("{}")), 1U);
  EXPECT_EQ(depth(parsed(R"({"a":[1,[2]],"b":3})")), 3U);
}

TEST(Json, refuses_a_member_twice_also_when_it_is_escaped_differently) {
  EXPECT_EQ(why_not(R"({"ab":1,"\u0061b":2})"), "8: a second member \"ab\"");
  EXPECT_EQ(why_not(R"([{"a":{"b":1,"b":2}}])"), "13: a second member \"b\"");
  EXPECT_EQ(why_not(R"({"a":{"a":{"a":1}},"b":{"a":1}})"), "accepted");
  EXPECT_EQ(why_not(R"({"":1,"":2})"), "6: a second member \"\"");
}

TEST(Json, does_not_repeat_a_long_name_in_its_fault) {
  const std::string member = '"' + std::string(65, 'n') + "\":1";
  EXPECT_EQ(why_not("{" + member + "," + member + "}"), "71: a member twice");
}

TEST(Json, finds_each_special_byte_at_each_place_of_a_long_text) {
  for (int byte = 0; byte < 0x80; ++byte) {
    for (std::size_t at = 0; at < 24; ++at) {
      Value text{.kind = Kind::string, .text = std::string(24, 'x')};
      text.text[at] = static_cast<char>(byte);
      const std::string out = written(text);
      EXPECT_EQ(parsed(out), text) << byte << " at " << at;
      const bool plain = byte >= 0x20 && byte != '"' && byte != '\\';
      EXPECT_EQ(out.size() == 26, plain) << byte << " at " << at;
      EXPECT_EQ(parse('"' + text.text + '"').has_value(), plain) << byte << " at " << at;
    }
  }
}

TEST(Json, refuses_a_member_twice_among_many) {
  std::string text = "{\"first\":0";
  for (int i = 0; i < 5000; ++i)
    text += ",\"" + std::to_string(i) + "\":0";
  EXPECT_EQ(why_not(text + "}"), "accepted");
  EXPECT_EQ(why_not(text + ",\"\\u0034999\":1}"),
            std::to_string(text.size() + 1) + ": a second member \"4999\"");
  EXPECT_EQ(why_not(text + ",\"first\":1,\"7\":1}"),
            std::to_string(text.size() + 1) + ": a second member \"first\"");
}

// A comparison of every pair would take minutes here; there is no clock in this test, it just has to end.
TEST(Json, takes_an_object_of_two_hundred_thousand_members_in_its_stride) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i)
    text += "\"" + std::to_string(i) + "\":0,";
  text.back() = '}';
  const auto value = parse(text, {.bytes_max = text.size()});
  ASSERT_TRUE(value);
  EXPECT_EQ(value->members.size(), 200'000U);
}

TEST(Json, knows_the_whole_numbers) {
  const auto whole_of = [](std::string_view text) { return whole(parsed(text)); };
  EXPECT_EQ(whole_of("4096"), 4096);
  EXPECT_EQ(whole_of("4096.0"), 4096);
  EXPECT_EQ(whole_of("4.096e3"), 4096);
  EXPECT_EQ(whole_of("40960e-1"), 4096);
  EXPECT_EQ(whole_of("-0"), 0);
  EXPECT_EQ(whole_of("0e999"), 0);
  EXPECT_EQ(whole_of("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(whole_of("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(whole_of("9223372036854775808"), std::nullopt);
  EXPECT_EQ(whole_of("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(whole_of("1e19"), std::nullopt);
  EXPECT_EQ(whole_of("1e999"), std::nullopt);
  EXPECT_EQ(whole_of("4096.5"), std::nullopt);
  EXPECT_EQ(whole_of("1e-1"), std::nullopt);
  EXPECT_EQ(whole_of("\"4096\""), std::nullopt);
  EXPECT_EQ(whole_of("null"), std::nullopt);
}

RC_GTEST_PROP(Json, parsed_from_what_was_written_is_itself, ()) {
  const Value value = *any_value();
  RC_ASSERT(parsed(written(value)) == value);
}

RC_GTEST_PROP(Json, written_from_what_was_parsed_is_the_same_text, ()) {
  const std::string text = written(*any_value());
  RC_ASSERT(again(text) == text);
}

RC_GTEST_PROP(Json, a_text_cut_short_is_refused, ()) {
  Value array{.kind = Kind::array};
  array.items.push_back(*any_value());
  const std::string text = written(array);
  const auto length = *rc::gen::inRange<std::size_t>(0, text.size());
  RC_ASSERT(!parse(std::string_view(text).substr(0, length)));
}

RC_GTEST_PROP(Json, never_trips_over_a_damaged_text, ()) {
  std::string text = written(*any_value());
  const auto byte = rc::gen::elementOf(std::string("\"{}[],:\\e-0\0\xff", 13));
  const auto damages = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
      rc::gen::pair(rc::gen::arbitrary<std::size_t>(), byte));
  for (const auto& damage : damages)
    text[damage.first % text.size()] = damage.second;
  const auto value = parse(text);
  if (value) RC_ASSERT(parsed(written(*value)) == *value);
}

}  // namespace
