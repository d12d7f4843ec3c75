#include "events/utf8.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/events/support/json_values.hpp"

using namespace almanac::events;

namespace {

TEST(Utf8, takes_the_first_and_last_of_every_length) {
  for (const char* text : {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(utf8_sequence(text), std::string_view(text).size());
    EXPECT_TRUE(is_utf8(text));
    EXPECT_EQ(code_points(text), 1U);
  }
}

TEST(Utf8, refuses_what_lies_just_beyond) {
  for (const char* text : {"\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC2",
                           "\xE0\xA0", "\xF0\x90\x80", "\xC2\x41", "\xE1\x80\x41", "\xF1\x80\x80\x41"}) {
    EXPECT_EQ(utf8_sequence(text), 0U);
    EXPECT_FALSE(is_utf8("fine until " + std::string(text)));
  }
  EXPECT_EQ(utf8_sequence(""), 0U);
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, counts_code_points_and_not_bytes) {
  EXPECT_EQ(code_points("a\xC3\xA9\xF0\x9D\x84\x9E"), 3U);
}

RC_GTEST_PROP(Utf8, takes_any_text, ()) {
  RC_ASSERT(is_utf8(*json::any_text()));
}

}  // namespace
