#include "events/json_scan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/events/support/json_values.hpp"

using namespace almanac::events::json;

namespace {

constexpr Limits limits{};

bool scans(std::string_view text) {
  std::vector<Node> nodes;
  return !scan(text, limits, nodes);
}

RC_GTEST_PROP(JsonScan, takes_every_value_as_it_is_written, ()) {
  RC_ASSERT(scans(written(*any_value())));
}

/// The guarded parser is the judge: what it takes and would write the same, and nothing else.
RC_GTEST_PROP(JsonScan, takes_what_the_parser_takes_and_would_write_the_same, ()) {
  std::string text = written(*any_value());
  for (int i = *rc::gen::inRange(0, 3); i > 0 && !text.empty(); --i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto other = *rc::gen::elementOf(std::string("{}[]\",:\\ \t0159.eE+-truefalsn\x01\x7F\x80\xC3u/"));
    if (*rc::gen::arbitrary<bool>()) {
      text[at] = other;
    } else {
      text.insert(at, 1, other);
    }
  }
  const auto parsed = parse(text, limits);
  std::string again;
  if (parsed) write(again, *parsed);
  RC_ASSERT(scans(text) == (parsed && again == text));
}

RC_GTEST_PROP(JsonScan, resolves_escapes_as_the_parser_does, ()) {
  const std::string characters_of = *any_text();
  std::string quoted;
  write_string(quoted, characters_of);
  RC_ASSERT(characters(quoted) == characters_of);
}

TEST(JsonScan, names_members_and_skips_over_what_they_hold) {
  std::vector<Node> nodes;
  ASSERT_FALSE(scan(R"({"a":[1,{"b":null}],"c":"d"})", limits, nodes));
  ASSERT_EQ(nodes.size(), 6U);
  EXPECT_EQ(nodes[0].after, 6U);
  EXPECT_EQ(nodes[1].name, "a");
  EXPECT_EQ(nodes[1].text, R"([1,{"b":null}])");
  EXPECT_EQ(nodes[1].after, 5U);
  EXPECT_EQ(nodes[4].name, "b");
  EXPECT_EQ(nodes[5].text, R"("d")");
}

TEST(JsonScan, refuses_what_the_grammar_does_not_have) {
  for (const char* text :
       {"",     " ",    "nul",     "truee",    "01",         "-",     "1.",    "1e", "1e+", "+1", ".5",
        "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1 2]", "[",  "]",   "\"", "1 1"})
    EXPECT_FALSE(scans(text)) << text;
}

TEST(JsonScan, refuses_depth_length_and_long_numbers) {
  EXPECT_TRUE(scans(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(scans(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(scans(std::string(200'000, '[')));
  EXPECT_TRUE(scans(std::string(40, '1')));
  EXPECT_FALSE(scans(std::string(41, '1')));
  EXPECT_TRUE(scans("1e999"));
  EXPECT_FALSE(scans("1e1000"));
  std::vector<Node> nodes;
  EXPECT_TRUE(scan("\"12345\"", {.bytes_max = 6}, nodes));
}

TEST(JsonScan, refuses_a_member_twice_among_few_and_many) {
  EXPECT_FALSE(scans(R"({"a":1,"b":2,"a":3})"));
  std::string many = "{";
  for (int i = 0; i < 100; ++i)
    many += "\"" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(scans(many + "\"x\":1}"));
  EXPECT_FALSE(scans(many + "\"7\":1}"));
}

}  // namespace
