#include "events/bounds.hpp"

#include <gtest/gtest.h>

namespace almanac::events {
namespace {

constexpr auto user = ModelKind::user;
constexpr auto system = ModelKind::system;
constexpr TextBounds one_line{1, 5, TextBounds::Lines::one};
constexpr TextBounds lines{0, 5, TextBounds::Lines::many};

TEST(Bounds, count_code_points_and_not_bytes) {
  EXPECT_FALSE(text_fault("\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa4z", one_line));
  EXPECT_TRUE(text_fault("\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa4zz", one_line));
}

TEST(Bounds, refuse_the_empty_text_only_where_something_is_required) {
  EXPECT_TRUE(text_fault("", one_line));
  EXPECT_FALSE(text_fault("", lines));
}

TEST(Bounds, refuse_every_control_character_in_one_line) {
  for (const int code : {0x01, 0x09, 0x0a, 0x0d, 0x1f, 0x7f}) {
    EXPECT_TRUE(text_fault(std::string(1, static_cast<char>(code)), one_line)) << code;
  }
  EXPECT_TRUE(text_fault(std::string(1, '\0'), one_line));
}

TEST(Bounds, refuse_the_second_block_of_control_characters) {
  EXPECT_TRUE(text_fault("\xc2\x80", one_line));
  EXPECT_TRUE(text_fault("\xc2\x9f", lines));
  EXPECT_FALSE(text_fault("\xc2\xa0", one_line)) << "U+00A0 is a space, not a control character";
  EXPECT_FALSE(text_fault("\xc4\x80", one_line)) << "the byte 80 after another lead byte is no control";
}

TEST(Bounds, allow_tab_and_line_ends_where_text_has_lines) {
  EXPECT_FALSE(text_fault("a\t\r\nb", lines));
  EXPECT_TRUE(text_fault("a\x0b", lines));
}

TEST(Bounds, find_every_character_at_every_place_of_a_long_text) {
  constexpr TextBounds long_line{1, 40, TextBounds::Lines::one};
  for (std::size_t at = 0; at < 40; ++at) {
    for (int byte = 1; byte < 0x80; ++byte) {
      std::string text(40, '~');
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(text_fault(text, long_line).has_value(), byte < 0x20 || byte == 0x7f) << at << ": " << byte;
    }
    std::string text(39, 'x');
    EXPECT_FALSE(text_fault(text.insert(at, "\xc3\xa4"), long_line)) << at;
    EXPECT_TRUE(text_fault(text.insert(at, "\xc3\xa4"), long_line)) << at;
  }
}

TEST(Bounds, neither_trim_nor_normalise) {
  EXPECT_FALSE(text_fault("  a  ", one_line));
}

TEST(Bounds, say_how_long_a_text_is_and_may_be) {
  EXPECT_EQ(text_fault("abcdef", one_line), "must be at most 5 characters long, has 6");
}

struct Lengths {
  ModelKind kind;
  Field field;
  std::size_t most;
};
class TextLength : public ::testing::TestWithParam<Lengths> {};

TEST_P(TextLength, is_that_of_the_api) {
  const auto [kind, field, most] = GetParam();
  EXPECT_FALSE(value_fault(kind, field, std::string(most, 'x')));
  EXPECT_TRUE(value_fault(kind, field, std::string(most + 1, 'x')));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, TextLength,
    ::testing::Values(Lengths{user, Field::display_name, 200}, Lengths{user, Field::system_prompt_id, 64},
                      Lengths{user, Field::system_prompt, 50'000}, Lengths{system, Field::display_name, 200},
                      Lengths{system, Field::provider, 100}, Lengths{system, Field::model_name, 200},
                      Lengths{system, Field::external_key, 301}, Lengths{system, Field::description, 2'000}));

struct Range {
  ModelKind kind;
  Field field;
  std::int64_t most;
};
class NumberRange : public ::testing::TestWithParam<Range> {};

TEST_P(NumberRange, is_that_of_the_api) {
  const auto [kind, field, most] = GetParam();
  EXPECT_TRUE(value_fault(kind, field, std::int64_t{0}));
  EXPECT_FALSE(value_fault(kind, field, std::int64_t{1}));
  EXPECT_FALSE(value_fault(kind, field, most));
  EXPECT_TRUE(value_fault(kind, field, most + 1));
}

INSTANTIATE_TEST_SUITE_P(Fields, NumberRange,
                         ::testing::Values(Range{user, Field::context_window, 2'000'000},
                                           Range{user, Field::max_tokens_per_request, 200'000},
                                           Range{system, Field::context_window, 100'000'000},
                                           Range{system, Field::max_tokens_per_request, 100'000'000}));

TEST(Bounds, take_null_only_where_the_api_says) {
  const FieldValue null;
  for (const Field field : {Field::context_window, Field::max_tokens_per_request, Field::supports_streaming,
                            Field::system_prompt_id, Field::system_prompt}) {
    EXPECT_FALSE(value_fault(user, field, null)) << name_of(field);
  }
  EXPECT_FALSE(value_fault(system, Field::description, null));
  EXPECT_FALSE(value_fault(system, Field::max_tokens_per_request, null));
  for (const Field field :
       {Field::provider, Field::model_name, Field::display_name, Field::external_key, Field::context_window,
        Field::supports_streaming, Field::supports_tools, Field::is_recommended}) {
    EXPECT_EQ(value_fault(system, field, null), "must not be null") << name_of(field);
  }
}

TEST(Bounds, name_the_type_that_a_field_has) {
  EXPECT_EQ(value_fault(user, Field::display_name, true), "must be a string");
  EXPECT_EQ(value_fault(user, Field::context_window, std::string("1")), "must be a whole number");
  EXPECT_EQ(value_fault(system, Field::supports_tools, std::int64_t{1}), "must be true or false");
}

TEST(Bounds, measure_metadata_in_bytes) {
  EXPECT_FALSE(metadata_fault("\"" + std::string(16 * 1024 - 2, 'x') + "\""));
  EXPECT_TRUE(metadata_fault("\"" + std::string(16 * 1024 - 1, 'x') + "\""));
}

TEST(Bounds, measure_the_depth_of_metadata) {
  const auto nested = [](std::size_t deep) { return std::string(deep, '[') + std::string(deep, ']'); };
  EXPECT_FALSE(metadata_fault(nested(64)));
  EXPECT_TRUE(metadata_fault(nested(65)));
}

TEST(Bounds, count_no_brackets_within_strings_as_depth) {
  EXPECT_FALSE(metadata_fault("[\"" + std::string(100, '[') + R"(\"[{\\", 1])"));
}

TEST(FaultList, knows_a_fault_at_a_pointer_and_below_it) {
  FaultList faults({{"/metadata/a", "x"}, {"/displayNameX", "y"}});
  EXPECT_TRUE(faults.has("/metadata"));
  EXPECT_TRUE(faults.has("/metadata/a"));
  EXPECT_FALSE(faults.has("/displayName"));
}

TEST(FaultList, escapes_members_by_rfc_6901) {
  EXPECT_EQ(pointer_to("a/b~c"), "/a~1b~0c");
}

}  // namespace
}  // namespace almanac::events
