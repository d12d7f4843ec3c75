#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>

#include "events/json.hpp"
#include "tests/events/support/json_values.hpp"

using namespace almanac::events::json;

namespace {

struct Example {
  const char* target;
  const char* patch;
  const char* result;
};

class Rfc7396 : public testing::TestWithParam<Example> {};

TEST_P(Rfc7396, gives_the_result_of_the_example) {
  EXPECT_EQ(merge_patch(GetParam().target, GetParam().patch), GetParam().result);
}

// RFC 7396, appendix A, all of it.
INSTANTIATE_TEST_SUITE_P(
    AppendixA, Rfc7396,
    testing::Values(Example{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
                    Example{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
                    Example{R"({"a":"b"})", R"({"a":null})", R"({})"},
                    Example{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
                    Example{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
                    Example{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
                    Example{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
                    Example{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
                    Example{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
                    Example{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
                    Example{R"({"a":"foo"})", R"(null)", R"(null)"},
                    Example{R"({"a":"foo"})", R"("bar")", R"("bar")"},
                    Example{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
                    Example{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
                    Example{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}));

// RFC 7396, section 3.
TEST(MergePatch, gives_the_document_of_section_3) {
  EXPECT_EQ(merge_patch(R"({"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},)"
                        R"("tags":["example","sample"],"content":"This will be unchanged"})",
                        R"({"title":"Hello!","phoneNumber":"+01-123-456-7890",)"
                        R"("author":{"familyName":null},"tags":["example"]})"),
            R"({"title":"Hello!","author":{"givenName":"John"},"tags":["example"],)"
            R"("content":"This will be unchanged","phoneNumber":"+01-123-456-7890"})");
}

TEST(MergePatch, keeps_the_order_and_puts_new_members_last) {
  EXPECT_EQ(merge_patch(R"({"z":1,"y":{"b":1,"a":2},"x":3})", R"({"n":9,"y":{"c":3,"b":4},"m":8,"z":2})"),
            R"({"z":2,"y":{"b":4,"a":2,"c":3},"x":3,"n":9,"m":8})");
}

TEST(MergePatch, that_changes_nothing_keeps_the_bytes) {
  const std::string target = "{ \"a\" : \"\\u0041\", \"n\": 1.0, \"o\": {\"p\": [1, 2]} }";
  EXPECT_EQ(merge_patch(target, "{}"), target);
  EXPECT_EQ(merge_patch(target, R"({"a":"A","gone":null,"n":1.0,"o":{"p":[1,2],"q":null}})"), target);
  EXPECT_EQ(merge_patch("  1.50", "1.50"), "  1.50");
}

TEST(MergePatch, tells_numbers_apart_by_their_text) {
  EXPECT_EQ(merge_patch(R"({"n":1})", R"({"n":1.0})"), R"({"n":1.0})");
}

TEST(MergePatch, refuses_what_is_no_json) {
  EXPECT_THROW(merge_patch("{", "{}"), std::invalid_argument);
  EXPECT_THROW(merge_patch("{}", R"({"a":1,"a":2})"), std::invalid_argument);
}

TEST(MergePatch, of_fifty_thousand_members_ends) {
  std::string target = "{";
  std::string patch = "{";
  for (int i = 0; i < 50'000; ++i) {
    target += "\"" + std::to_string(i) + "\":0,";
    patch += "\"" + std::to_string(i) + (i % 2 == 0 ? "\":null," : "x\":1,");
  }
  target.back() = patch.back() = '}';
  const Value result = *parse(merge_patch(target, patch), {.bytes_max = 1 << 24});
  EXPECT_EQ(result.members.size(), 50'000U);
  EXPECT_EQ(result.members.front().first, "1");
  EXPECT_EQ(result.members.back().first, "49999x");
}

RC_GTEST_PROP(MergePatch, done_twice_changes_nothing_more, ()) {
  const std::string once = merge_patch(written(*any_value(3)), written(*any_value(3)));
  RC_ASSERT(merge_patch(once, "{}") == (once.front() == '{' ? once : "{}"));
  const std::string patch = written(*any_value(3));
  const std::string patched = merge_patch(once, patch);
  RC_ASSERT(merge_patch(patched, patch) == patched);
}

/// The pseudo code of RFC 7396, section 2, word for word, without regard to order.
Value reference(Value target, const Value& patch) {
  if (patch.kind != Kind::object) return patch;
  if (target.kind != Kind::object) target = Value{.kind = Kind::object};
  for (const auto& [name, value] : patch.members) {
    const Value* old = target.find(name);
    const Value merged =
        value.kind == Kind::null ? Value{} : reference(old != nullptr ? *old : Value{}, value);
    if (value.kind == Kind::null) {
      std::erase_if(target.members, [&name = name](const auto& member) { return member.first == name; });
    } else if (old != nullptr) {
      *const_cast<Value*>(old) = merged;
    } else {
      target.members.emplace_back(name, merged);
    }
  }
  return target;
}

RC_GTEST_PROP(MergePatch, does_what_the_rfc_says, ()) {
  const Value target = *any_value(3);
  Value patch = *any_value(3);
  // Let the patch meet members that are there.
  if (target.kind == Kind::object && patch.kind == Kind::object) {
    for (std::size_t i = 0; i < std::min(target.members.size(), patch.members.size()); i += 2) {
      const std::string& name = target.members[i].first;
      if (patch.find(name) == nullptr) patch.members[i].first = name;
    }
  }
  RC_ASSERT(parsed(merge_patch(written(target), written(patch))) == reference(target, patch));
}

}  // namespace
