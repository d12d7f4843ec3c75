#include "services/api/transport/target.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace almanac::api {
namespace {

using Segments = std::vector<std::string>;

TEST(Target, takes_path_and_query_apart) {
  const Target target = Target::parse("/v1/models/abc?limit=5&q=a+b%2Bc&flag&empty=").value();
  EXPECT_EQ(target.segments, (Segments{"v1", "models", "abc"}));
  ASSERT_EQ(target.parameters.size(), 4u);
  EXPECT_EQ(find(target.parameters, "q")->value, "a b+c");
  EXPECT_FALSE(find(target.parameters, "flag")->has_value);
  EXPECT_TRUE(find(target.parameters, "empty")->has_value);
  EXPECT_EQ(find(target.parameters, "none"), nullptr);
}

TEST(Target, a_slash_that_is_encoded_separates_nothing) {
  EXPECT_EQ(Target::parse("/a%2Fb/c")->segments, (Segments{"a/b", "c"}));
  EXPECT_EQ(Target::parse("/v1/models/")->segments, (Segments{"v1", "models", ""}));
  EXPECT_EQ(Target::parse("//v1")->segments, (Segments{"", "v1"}));
  EXPECT_EQ(Target::parse("/a/../b")->segments, (Segments{"a", "..", "b"}));
}

TEST(Target, a_plain_path_is_split_as_boost_url_splits_it) {
  for (const std::string raw :
       {"/", "//", "/a", "/a/", "//a", "/a//b", "/a/b//", "/./a", "/a/..", "/.", "/~a_b-c.d"}) {
    ASSERT_TRUE(Target::parse(raw)) << raw;
    EXPECT_EQ(Target::parse(raw)->segments, Target::parse(raw + "?x")->segments) << raw;
  }
  EXPECT_TRUE(rc::check([] {
    const auto raw = "/" + *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a.~/")));
    const auto by_hand = Target::parse(raw);
    const auto by_library = Target::parse(raw + "?x");
    RC_ASSERT(by_hand.has_value() == by_library.has_value());
    if (by_hand) RC_ASSERT(by_hand->segments == by_library->segments);
  }));
}

TEST(Target, brackets_come_raw_as_browsers_send_them_and_encoded) {
  for (const char* raw : {"/m?expand[]=parent", "/m?expand%5B%5D=parent", "/m?expand%5b]=parent"}) {
    ASSERT_TRUE(target_is_well_formed(raw)) << raw;
    const auto target = Target::parse(raw);
    ASSERT_EQ(target->parameters.size(), 1u);
    EXPECT_EQ(target->parameters[0].name, "expand[]");
    EXPECT_EQ(target->parameters[0].value, "parent");
  }
}

TEST(Target, repeated_parameters_stay_in_order) {
  const auto target = Target::parse("/e?type=A&type=B&type=A");
  ASSERT_EQ(target->parameters.size(), 3u);
  EXPECT_EQ(target->parameters[1].value, "B");
}

TEST(Target, an_absolute_form_is_its_path) {
  EXPECT_EQ(Target::parse("http://other.example:80/v1/models?x=1")->segments, (Segments{"v1", "models"}));
  EXPECT_TRUE(Target::parse("*")->asterisk);
}

TEST(Target, what_is_malformed_is_refused) {
  for (const char* raw : {"", "x", "/%", "/%2", "/%gg", "/a#b", "/a b", "/a\"", "/?a=<", "http://",
                          "http://u@h/", "ftp://h/x", "h:443", "/a[b", "/a|b"}) {
    EXPECT_FALSE(Target::parse(raw)) << raw;
    EXPECT_FALSE(target_is_well_formed(raw)) << raw;
  }
}

TEST(Target, well_formed_says_the_same_as_parse) {
  EXPECT_TRUE(rc::check([] {
    const auto raw = "/" + *rc::gen::container<std::string>(
                               rc::gen::elementOf(std::string("ab/?&=%2fZ[]{}|+.~-_:@ #\"\x01\x80")));
    RC_ASSERT(target_is_well_formed(raw) == Target::parse(raw).has_value());
  }));
}

TEST(Target, any_bytes_encoded_come_back) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    std::string encoded;
    for (const char c : bytes) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      encoded.append(
          {'%', digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]});
    }
    const auto target = Target::parse("/" + encoded + "?a=" + encoded);
    RC_ASSERT(target.has_value());
    RC_ASSERT(target->segments == (bytes.empty() ? Segments{} : Segments{bytes}) ||
              target->segments == Segments{bytes});
    RC_ASSERT(target->parameters.at(0).value == bytes);
  }));
}

}  // namespace
}  // namespace almanac::api
