// The small readers of requests, each on its own: tags, cursors, Accept, media types, dates.
#include <gtest/gtest.h>

#include "services/api/answers/answer_cache.hpp"
#include "services/api/answers/conditional.hpp"
#include "services/api/answers/lifecycle_headers.hpp"
#include "services/api/answers/paging.hpp"
#include "services/api/requests/accept.hpp"
#include "services/api/requests/request_headers.hpp"

namespace almanac::api {
namespace {

TEST(Conditional, a_list_of_tags_is_read_as_rfc_9110_has_it) {
  EXPECT_TRUE(TagList::parse("*")->any);
  const auto list = TagList::parse(R"("a", W/"b" ,, "c,d")");
  ASSERT_TRUE(list.has_value());
  ASSERT_EQ(list->entries.size(), 3U);
  EXPECT_TRUE(list->entries[1].weak);
  EXPECT_EQ(list->entries[2].opaque, "c,d") << "a comma may stand inside";
  for (const char* wrong : {"", "a", "\"a", "\"a\" \"b\"", "w/\"a\"", "\"a b\"", ",", "*, \"a\""})
    EXPECT_FALSE(TagList::parse(wrong).has_value()) << wrong;
}

TEST(Conditional, if_match_ignores_the_suffix_of_expand_and_a_foreign_tag_never_matches) {
  const events::Tag present{5, 2, 1};
  const auto wanted = [&](const char* header) { return match_wanted(*TagList::parse(header), present).tag; };
  EXPECT_EQ(wanted("\"5-2-1\""), present);
  EXPECT_EQ(wanted("\"5-2-1-0123456789abcdef\""), present);
  EXPECT_EQ(wanted("\"1-1-0\", \"5-2-1\""), present);
  EXPECT_EQ(wanted("*"), std::nullopt);
  EXPECT_EQ(wanted("\"hello\""), events::Tag{});
  EXPECT_EQ(wanted("W/\"5-2-1\""), events::Tag{});
}

TEST(Paging, a_cursor_gives_back_its_key_for_the_same_use_alone) {
  const std::string key("\0\xff key", 6);
  const std::string cursor = cursor_text("models&q3=gpt", key);
  EXPECT_EQ(cursor_key("models&q3=gpt", cursor), key);
  EXPECT_EQ(cursor_key("models", cursor), std::nullopt);
  std::string changed = cursor;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(cursor_key("models&q3=gpt", changed), std::nullopt);
  EXPECT_EQ(cursor_key("models&q3=gpt", ""), std::nullopt);
  EXPECT_EQ(cursor_key("models&q3=gpt", cursor + "="), std::nullopt);
}

TEST(Accept, the_most_specific_range_decides) {
  EXPECT_TRUE(accepts("", "application/json"));
  EXPECT_TRUE(accepts("APPLICATION/json;q=0.5", "application/json"));
  EXPECT_TRUE(accepts("text/*, */*;q=0.1", "application/json"));
  EXPECT_FALSE(accepts("*/*, application/json;q=0", "application/json"));
  EXPECT_FALSE(accepts("application/xml", "application/json"));
  EXPECT_FALSE(accepts("application/*;q=0.000", "application/json"));
}

TEST(LifecycleHeaders, a_date_is_written_as_rfc_9110_has_it) {
  EXPECT_EQ(http_date({784111777000}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date({-1}), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(RequestHeaders, a_media_type_is_read_without_its_parameters) {
  const auto type = [](std::string_view header) {
    Request request;
    request.start("POST", "/", 1);
    request.add("Content-Type", header);
    return media_type(request);
  };
  EXPECT_EQ(type("Application/JSON ; charset=UTF-8"), "application/json");
  EXPECT_EQ(type("application/json;charset=\"utf-8\""), "application/json");
  EXPECT_EQ(type("application/json;charset=iso-8859-1"), "");
  EXPECT_EQ(type("text/plain"), "text/plain");
}

TEST(RequestHeaders, a_malformed_traceparent_is_left_alone) {
  const auto trace = [](std::string_view header) {
    Request request;
    request.start("POST", "/", 1);
    request.add("traceparent", header);
    return write_headers(request)->traceparent;
  };
  const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(trace(good), good);
  EXPECT_EQ(trace("00-00000000000000000000000000000000-b7ad6b7169203331-01"), std::nullopt);
  EXPECT_EQ(trace("ff" + good.substr(2)), std::nullopt);
  EXPECT_EQ(trace(good.substr(1)), std::nullopt);
}

AnswerCache::Entry entry(std::uint64_t generation, std::int64_t from, std::optional<events::Instant> until) {
  AnswerCache::Entry made;
  made.generation = generation;
  made.from = {from};
  made.until = until;
  made.headers = made.headers_unchanged = made.body = std::make_shared<const std::string>("x");
  return made;
}

TEST(AnswerCache, an_entry_holds_for_its_generation_and_until_its_instant) {
  AnswerCache cache(1 << 20);
  cache.keep("k", entry(7, 100, events::Instant{200}));
  EXPECT_NE(cache.find("k", 7, {100}), nullptr);
  EXPECT_NE(cache.find("k", 7, {199}), nullptr);
  EXPECT_EQ(cache.find("k", 7, {200}), nullptr) << "the clock changed the answer";
  EXPECT_EQ(cache.find("k", 8, {150}), nullptr) << "something was committed";
  EXPECT_EQ(cache.find("k", 7, {99}), nullptr) << "the clock went back";
  EXPECT_EQ(cache.find("other", 7, {150}), nullptr);
}

TEST(AnswerCache, it_is_bounded) {
  AnswerCache cache(1 << 16);
  for (int i = 0; i < 10'000; ++i)
    cache.keep("key " + std::to_string(i), entry(1, 0, std::nullopt));
  EXPECT_LT(cache.size(), 200U);
  EXPECT_GT(cache.size(), 0U);
}

TEST(AnswerCache, once_it_was_full_it_wants_what_is_asked_for_twice) {
  AnswerCache cache(1 << 16);
  EXPECT_TRUE(cache.wants("k"));
  for (int i = 0; i < 10'000; ++i)
    cache.keep("key " + std::to_string(i), entry(1, 0, std::nullopt));
  EXPECT_FALSE(cache.wants("k"));
  EXPECT_TRUE(cache.wants("k"));
  cache.keep("k", entry(1, 0, std::nullopt));
  EXPECT_TRUE(cache.wants("k")) << "what it has it may renew";
}

}  // namespace
}  // namespace almanac::api
