// One test for each trap of RapidJSON 1.1.0 that the design names, and the JSONTestSuite corpus.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "events/json.hpp"

using namespace almanac::events::json;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

const fs::path corpora = fs::path(ALMANAC_SHARED_DIR) / "corpora";

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string why_not(std::string_view text) {
  const auto value = parse(text, {.bytes_max = 1 << 24});
  return value ? "accepted" : value.error().detail;
}

class Reproduction : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(corpora / "dep-repros")) GTEST_SKIP() << "the corpora are not beside this checkout";
  }
  static std::string named(const char* name) { return content(corpora / "dep-repros" / name); }
};

TEST_F(Reproduction, cve_2024_38517_exponent_underflow_is_refused) {
  EXPECT_EQ(why_not(named("rapidjson_cve-2024-38517_exp_underflow.json")),
            "an exponent has more than 3 digits");
}

TEST_F(Reproduction, full_precision_undefined_behaviour_is_never_reached) {
  EXPECT_EQ(why_not(named("rapidjson_fullprecision_clz0_ub.json")), "a number has more than 40 characters");
}

TEST_F(Reproduction, nul_after_a_number_does_not_end_the_document) {
  EXPECT_EQ(why_not(named("rapidjson_nul_after_number.json")), "holds a NUL");
}

TEST(JsonTrap, exponent_underflow_is_refused) {
  EXPECT_EQ(why_not("0.0000000001e-2147483639"), "an exponent has more than 3 digits");
}

TEST(JsonTrap, two_hundred_thousand_open_brackets_are_refused) {
  EXPECT_EQ(why_not(std::string(200 * 1024, '[')), "nested deeper than 64");
  std::string objects;
  for (int i = 0; i < 40'000; ++i)
    objects += "{\"a\":";
  EXPECT_EQ(why_not(objects), "nested deeper than 64");
}

TEST(JsonTrap, duplicate_keys_are_noticed) {
  EXPECT_EQ(why_not(R"({"a":1,"a":1})"), "a second member \"a\"");
}

TEST(JsonTrap, nul_does_not_end_the_document) {
  EXPECT_EQ(why_not("{}\0"s), "holds a NUL");
  EXPECT_EQ(why_not("\0{}"s), "holds a NUL");
  EXPECT_EQ(why_not("[1,\0 2]"s), "holds a NUL");
  EXPECT_EQ(why_not("\"a\0b\""s), "holds a NUL");
}

TEST(JsonTrap, a_byte_order_mark_is_refused) {
  EXPECT_EQ(why_not("\xEF\xBB\xBF{}"), "begins with a byte order mark");
  EXPECT_NE(why_not("\xFE\xFF\0{\0}"s), "accepted");
  EXPECT_NE(why_not("\xFF\xFE{\0}\0"s), "accepted");
}

TEST(JsonTrap, invalid_utf8_is_refused) {
  for (const char* bytes : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xED\xBF\xBF",
                            "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xC3",
                            "\xE2\x82", "\xF0\x9D\x84", "\xC3(", "\xE2\x82("}) {
    EXPECT_EQ(why_not('"' + std::string(bytes) + '"'), "not UTF-8");
    EXPECT_EQ(why_not("{\"long enough for eight\":0,\"" + std::string(bytes) + "\":1}"), "not UTF-8");
  }
}

TEST(JsonTrap, a_lone_surrogate_is_refused) {
  for (const char* text : {R"("\uD800")", R"("\uDC00")", R"("\uD800\u0041")", R"("\uD800\uD800")",
                           R"("\uDC00\uD800")", R"("\uD800x")", R"({"\uDFFF":1})"}) {
    EXPECT_EQ(why_not(text), "a lone surrogate") << text;
  }
}

TEST(JsonTrap, nothing_may_stand_behind_the_value) {
  for (const char* text : {"{}x", "1 2", "[]]", "{}{}", "null,", "\"a\"\"b\"", "1/**/"}) {
    EXPECT_NE(why_not(text), "accepted") << text;
  }
}

TEST(JsonTrap, a_number_has_at_most_forty_characters_and_three_exponent_digits) {
  const std::string forty(40, '1');
  EXPECT_EQ(why_not(forty), "accepted");
  EXPECT_EQ(why_not(forty + "1"), "a number has more than 40 characters");
  EXPECT_EQ(why_not("1e999"), "accepted");
  EXPECT_EQ(why_not("1e+0999"), "an exponent has more than 3 digits");
}

TEST(JsonTrap, commas_without_values_reserve_no_memory) {
  EXPECT_NE(why_not("[1" + std::string(1 << 20, ',')), "accepted");
  EXPECT_NE(why_not("{\"a\"" + std::string(1 << 20, ',')), "accepted");
}

/// What is JSON but not acceptable here, each by a rule of the design.
const std::set<std::string> stricter = {
    "y_object_duplicated_key.json",            // no duplicate key
    "y_object_duplicated_key_and_value.json",  // no duplicate key
    "y_number_double_close_to_zero.json",      // a number token of over 40 characters
};

TEST(JsonTestSuite, is_judged_as_it_says) {
  const fs::path folder = corpora / "jsontestsuite" / "test_parsing";
  if (!fs::exists(folder)) GTEST_SKIP() << "the corpora are not beside this checkout";
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const auto value = parse(content(entry.path()));
    ++seen;
    if (name.starts_with("n_") || stricter.contains(name)) {
      EXPECT_FALSE(value) << name;
    } else if (name.starts_with("y_")) {
      EXPECT_TRUE(value) << name << ": " << value.error().detail;
    }
    if (!value) continue;
    std::string out;
    write(out, *value);
    EXPECT_EQ(parse(out).value(), *value) << name;
  }
  EXPECT_GT(seen, 300);
}

TEST(JsonTestSuite, transforms_keep_the_value_or_are_refused) {
  const fs::path folder = corpora / "jsontestsuite" / "test_transform";
  if (!fs::exists(folder)) GTEST_SKIP() << "the corpora are not beside this checkout";
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string text = content(entry.path());
    const auto value = parse(text);
    if (!value) continue;
    std::string out;
    write(out, *value);
    EXPECT_EQ(parse(out).value(), *value) << entry.path();
    if (entry.path().filename().string().starts_with("number_")) {
      EXPECT_NE(text.find(value->items.at(0).text), std::string::npos) << entry.path();
    }
  }
}

}  // namespace
