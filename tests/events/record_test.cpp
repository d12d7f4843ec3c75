#include "events/record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

using namespace almanac::events;

namespace {

const std::string zeros(64, '0');

RecordFields small() {
  return {.key = "log",
          .value = "{}",
          .headers = {{"content-type", "application/json"},
                      {"ce_sequence", "00000000000000000042"},
                      {"ce_prevhash", zeros},
                      {"ce_epoch", "7"}}};
}

RecordFields with_header(std::string_view name, std::string text) {
  RecordFields fields = small();
  for (auto& header : fields.headers) {
    if (header.first == name) header.second = text;
  }
  return fields;
}

RecordFields without_header(std::string_view name) {
  RecordFields fields = small();
  std::erase_if(fields.headers, [name](const auto& header) { return header.first == name; });
  return fields;
}

TEST(Record, has_canonical_bytes_that_never_change) {
  using namespace std::string_literals;
  const Record record = seal({.key = "log", .value = "{}", .headers = {{"b", "2"}, {"a", ""}}});
  EXPECT_EQ(record.bytes, "\0\0\0\3log\0\0\0\2{}\0\2\0\1a\0\0\0\0\0\1b\0\0\0\0012"s);
  EXPECT_EQ(hex(record.hash), "28243852fd247621116ddb50e77a73f6831574f99407d8f784e8d59d40cf0b53");
}

TEST(Record, puts_content_type_behind_every_attribute) {
  const auto fields = fields_of(seal(small()).bytes);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->headers.back().first, "content-type");
  EXPECT_TRUE(std::is_sorted(fields->headers.begin(), fields->headers.end()));
}

TEST(Record, orders_headers_by_unsigned_bytes) {
  const auto fields = fields_of(seal({.headers = {{"\xC3\xA4", "umlaut"}, {"z", "last of ASCII"}}}).bytes);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->headers.front().first, "z");
}

TEST(Record, finds_a_header_by_its_name) {
  const RecordFields fields = small();
  ASSERT_TRUE(fields.header("ce_epoch"));
  EXPECT_EQ(*fields.header("ce_epoch"), "7");
  EXPECT_FALSE(fields.header("ce_epo"));
}

TEST(Record, is_never_sealed_with_a_header_twice) {
  EXPECT_THROW(seal({.headers = {{"a", "1"}, {"a", "2"}}}), std::invalid_argument);
}

TEST(Record, is_never_sealed_with_what_its_lengths_cannot_say) {
  EXPECT_THROW(seal({.headers = {{std::string(65'536, 'n'), ""}}}), std::length_error);
  RecordFields many;
  for (int i = 0; i < 65'536; ++i)
    many.headers.emplace_back(std::to_string(i), "");
  EXPECT_THROW(seal(many), std::length_error);
}

TEST(Record, refuses_headers_out_of_order_or_twice) {
  using namespace std::string_literals;
  EXPECT_TRUE(fields_of("\0\0\0\0\0\0\0\0\0\2\0\1a\0\0\0\0\0\1b\0\0\0\0"s));
  EXPECT_FALSE(fields_of("\0\0\0\0\0\0\0\0\0\2\0\1b\0\0\0\0\0\1a\0\0\0\0"s));
  EXPECT_FALSE(fields_of("\0\0\0\0\0\0\0\0\0\2\0\1a\0\0\0\0\0\1a\0\0\0\0"s));
}

TEST(Record, refuses_lengths_that_lie) {
  using namespace std::string_literals;
  EXPECT_FALSE(fields_of(""));
  EXPECT_FALSE(fields_of("\xFF\xFF\xFF\xFF"s));
  EXPECT_FALSE(fields_of("\0\0\0\0\0\0\0\0\xFF\xFF"s));
  EXPECT_FALSE(fields_of("\0\0\0\0\0\0\0\0\0\0 "s));
}

TEST(Record, cut_short_or_lengthened_is_not_canonical) {
  const std::string bytes = seal(small()).bytes;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(fields_of(std::string_view(bytes).substr(0, length))) << length;
  }
  EXPECT_FALSE(fields_of(bytes + '\0'));
}

TEST(Record, read_back_has_the_hash_that_it_was_sealed_with) {
  const Record record = seal(small());
  EXPECT_EQ(from_bytes(record.bytes).hash, record.hash);
}

RC_GTEST_PROP(Record, taken_apart_and_sealed_again_is_itself,
              (const std::string& key, const std::string& value,
               const std::map<std::string, std::string>& headers)) {
  RecordFields fields{.key = key, .value = value, .headers = {headers.begin(), headers.end()}};
  const Record record = seal(fields);
  const auto apart = fields_of(record.bytes);
  RC_ASSERT(apart.has_value());
  RC_ASSERT(apart->key == key);
  RC_ASSERT(apart->value == value);
  RC_ASSERT(apart->headers == fields.headers);
  std::reverse(fields.headers.begin(), fields.headers.end());
  RC_ASSERT(seal(fields).bytes == record.bytes);
}

RC_GTEST_PROP(Record, has_one_way_to_be_written, (const std::string& noise, std::size_t at)) {
  std::string bytes = seal(small()).bytes;
  bytes.replace(at % bytes.size(), noise.size(), noise);
  const auto fields = fields_of(bytes);
  if (fields) RC_ASSERT(seal(*fields).bytes == bytes);
}

TEST(ChainLink, is_position_epoch_and_hash_of_the_record_before) {
  const auto link = chain_link(seal(small()).bytes);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->position, 42U);
  EXPECT_EQ(link->epoch, 7U);
  EXPECT_EQ(link->previous, Hash{});
}

TEST(ChainLink, is_absent_from_a_foreign_record) {
  for (const char* name : {"ce_sequence", "ce_epoch", "ce_prevhash"}) {
    EXPECT_FALSE(chain_link(seal(without_header(name)).bytes)) << name;
  }
  EXPECT_FALSE(chain_link("not canonical"));
}

TEST(ChainLink, has_one_text_only) {
  for (const char* text : {"42", "+0000000000000000042", "0000000000000000004x", "99999999999999999999",
                           "000000000000000000042", ""}) {
    EXPECT_FALSE(chain_link(seal(with_header("ce_sequence", text)).bytes)) << text;
  }
  for (const char* text : {"07", "-7", "+7", "", "7 ", "18446744073709551616"}) {
    EXPECT_FALSE(chain_link(seal(with_header("ce_epoch", text)).bytes)) << text;
  }
  EXPECT_TRUE(chain_link(seal(with_header("ce_epoch", "0")).bytes));
  EXPECT_FALSE(chain_link(seal(with_header("ce_prevhash", std::string(64, 'A'))).bytes));
}

}  // namespace
