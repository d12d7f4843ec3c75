#include "services/cli/litellm.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

#include "services/cli/import_rows.hpp"
#include "services/cli/verdicts.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;
using testing::ElementsAre;
using testing::HasSubstr;

LitellmRows rows_of(const std::string& text, LitellmRules rules = {}) {
  return litellm_rows(text, rules).value();
}

/// The row of a map with one chat model, whose other members are given.
json::Value row_of(const std::string& members, LitellmRules rules = {}) {
  const auto rows = rows_of(R"({"p/m":{"mode":"chat","litellm_provider":"p")" + members + "}}", rules);
  EXPECT_EQ(rows.rows.size(), 1U);
  return rows.rows.empty() ? json::Value{} : rows.rows.front();
}
std::string member(const std::string& members, const char* name, LitellmRules rules = {}) {
  const auto row = row_of(members, rules);
  const auto* value = row.find(name);
  if (value == nullptr) return "absent";
  std::string text;
  json::write(text, *value);
  return text;
}
std::string why_held_back(const std::string& text) {
  const auto rows = rows_of(text);
  return rows.held_back.size() == 1 ? rows.held_back.front().detail : "sent";
}

TEST(Litellm, a_text_model_becomes_a_row) {
  const auto row = row_of(
      R"(,"max_input_tokens":128000,"max_output_tokens":16384,"max_tokens":16384,"supports_vision":true,
      "supports_function_calling":false,"output_cost_per_token":1.5e-05,"deprecation_date":"2026-03-31")");
  std::string text;
  json::write(text, row);
  EXPECT_EQ(text,
            R"({"externalKey":"p/m","provider":"p","modelName":"p/m","displayName":"m",)"
            R"("contextWindow":128000,"maxTokensPerRequest":16384,"supportsStreaming":true,)"
            R"("supportsTools":false,"supportsVision":true,"creditMultiplier":15,"modelTier":"premium",)"
            R"("endOfLifeAt":"2026-03-31T00:00:00Z"})");
}

TEST(Litellm, windows_fall_back_to_max_tokens_and_numbers_keep_their_text) {
  EXPECT_EQ(member(R"(,"max_tokens":4096)", "contextWindow"), "4096");
  EXPECT_EQ(member(R"(,"max_tokens":4096)", "maxTokensPerRequest"), "4096");
  EXPECT_EQ(member(R"(,"max_input_tokens":null,"max_tokens":2000000.0)", "contextWindow"), "2000000.0");
  EXPECT_EQ(member(R"(,"max_input_tokens":"see docs")", "contextWindow"), R"("see docs")")
      << "the service judges";
  EXPECT_EQ(member("", "contextWindow"), "absent");
}

TEST(Litellm, absent_is_not_cleared) {
  for (const char* name : {"supportsTools", "supportsVision", "supportsReasoning", "endOfLifeAt",
                           "creditMultiplier", "modelTier", "maxTokensPerRequest", "description"}) {
    EXPECT_EQ(member("", name), "absent") << name;
  }
  EXPECT_EQ(member(R"(,"supports_vision":null,"deprecation_date":null)", "supportsVision"), "absent");
}

TEST(Litellm, prices_0_null_and_absent_are_three_things) {
  EXPECT_EQ(member(R"(,"output_cost_per_token":0)", "creditMultiplier"), "0");
  EXPECT_EQ(member(R"(,"output_cost_per_token":0.0)", "creditMultiplier"), "0");
  EXPECT_EQ(member(R"(,"output_cost_per_token":null)", "creditMultiplier"), "null");
  EXPECT_EQ(member("", "creditMultiplier"), "absent");
}

TEST(Litellm, a_price_is_exact_to_the_last_digit) {
  const auto multiplier = [](const std::string& price, LitellmRules rules = {}) {
    return member(R"(,"output_cost_per_token":)" + price, "creditMultiplier", rules);
  };
  EXPECT_EQ(multiplier("1e-07"), "0.1");
  EXPECT_EQ(multiplier("0.3e-6"), "0.3") << "0.1 + 0.2 in binary would not be";
  EXPECT_EQ(multiplier("1.23456789e-06"), "1.234568");
  EXPECT_EQ(multiplier("0.00003"), "30");
  EXPECT_EQ(multiplier("3.0000005e-06"), "3.000001") << "half up";
  EXPECT_EQ(multiplier("3.00000049e-06"), "3");
  EXPECT_EQ(multiplier("1.5000020000000002e-05"), "15.00002") << "somebody's floating point";
  EXPECT_EQ(multiplier("3e-06", {.credit_millionths = 10'000'000}), "0.3");
  EXPECT_EQ(multiplier("1e-06", {.credit_millionths = 3'000'000}), "0.333333");
}

TEST(Litellm, a_price_that_can_be_none_is_held_back_with_why) {
  const auto held = [](const std::string& price) {
    return why_held_back(R"({"m":{"mode":"chat","litellm_provider":"p","output_cost_per_token":)" + price +
                         "}}");
  };
  EXPECT_THAT(held("0.06"), HasSubstr("$60000 per million tokens: a mistake in units"));
  EXPECT_THAT(held("\"free\""), HasSubstr("is no number"));
  EXPECT_THAT(held("-1e-06"), HasSubstr("is no price"));
  EXPECT_EQ(held("0.001"), "sent") << "$1,000 a million itself";
}

TEST(Litellm, the_tier_follows_from_the_multiplier) {
  EXPECT_EQ(member(R"(,"output_cost_per_token":1.4999999e-05)", "modelTier"), R"("standard")") << "14.999999";
  EXPECT_EQ(member(R"(,"output_cost_per_token":2e-06)", "modelTier", {.premium_from_millionths = 2'000'000}),
            R"("premium")");
}

TEST(Litellm, streaming_is_true_for_chat_models_unless_it_says_otherwise) {
  EXPECT_EQ(member("", "supportsStreaming"), "true");
  EXPECT_EQ(member(R"(,"supports_native_streaming":false)", "supportsStreaming"), "false");
  const auto rows = rows_of(R"({"m":{"mode":"completion","litellm_provider":"p"}})");
  EXPECT_EQ(rows.rows.front().find("supportsStreaming"), nullptr);
}

TEST(Litellm, what_is_no_text_model_is_held_back_with_why) {
  EXPECT_EQ(why_held_back(R"({"m":{"mode":"embedding","litellm_provider":"p"}})"),
            "is no text model but embedding");
  EXPECT_EQ(why_held_back(R"({"m":{"litellm_provider":"p"}})"), "the map does not say what it is");
  EXPECT_EQ(why_held_back(R"({"m":7})"), "is no object");
  const auto rows =
      rows_of(R"({"sample_spec":{"mode":"one of: chat"},"fallback_generalizations":{"rules":[]}})");
  EXPECT_EQ(rows.models(), 0U);
  EXPECT_THAT(rows.skipped, ElementsAre("sample_spec", "fallback_generalizations"));
}

TEST(Litellm, names_are_told_apart_by_as_much_as_it_takes) {
  EXPECT_THAT(litellm_names({{"solo", "a"}, {"a/x", "a"}, {"b/x", "b"}}),
              ElementsAre("solo", "x (a)", "x (b)"));
  EXPECT_THAT(litellm_names({{"bedrock/us-east-1/c", "bedrock"}, {"bedrock/eu-west-1/c", "bedrock"}}),
              ElementsAre("c (bedrock, us-east-1)", "c (bedrock, eu-west-1)"));
  EXPECT_THAT(litellm_names({{"x", "p"}, {"p/x", "p"}}), ElementsAre("x", "p/x"));
  EXPECT_THAT(litellm_names({{"a/X", "a"}, {"a/x", "a"}}), ElementsAre("X", "x"));
}

TEST(Litellm, a_text_that_is_no_map_is_refused) {
  EXPECT_THAT(litellm_rows("[]", {}).error(), HasSubstr("no map"));
  EXPECT_THAT(litellm_rows(R"({"a":{},"a":{}})", {}).error(), HasSubstr("strict JSON"));
}

TEST(Litellm, every_model_of_the_real_map_has_a_place) {
  std::ifstream file(std::string(ALMANAC_SHARED_DIR) + "/data/litellm_model_prices.json", std::ios::binary);
  if (!file) GTEST_SKIP() << "the LiteLLM map is not at ../shared/data";
  const auto rows = rows_of(std::string(std::istreambuf_iterator<char>(file), {}));
  EXPECT_EQ(rows.models(), 2984U);
  EXPECT_EQ(rows.rows.size() + 16, 2408U) << "the text models but those with mistaken units";
  std::set<std::size_t> places(rows.places.begin(), rows.places.end());
  for (const auto& held : rows.held_back)
    places.insert(held.row);
  EXPECT_EQ(places.size(), 2984U);
  EXPECT_EQ(*places.rbegin(), 2983U);
  std::set<std::string> keys, names;
  for (const auto& row : rows.rows) {
    keys.insert(row.find("externalKey")->text);
    names.insert(row.find("displayName")->text);
  }
  EXPECT_EQ(keys.size(), rows.rows.size());
  EXPECT_EQ(names.size(), rows.rows.size()) << "no two models look the same";
}

TEST(ImportRows, are_an_array_or_lines) {
  EXPECT_EQ(import_rows(R"( [{"a":1},{"b":2}] )")->rows.size(), 2U);
  EXPECT_EQ(import_rows("{\"a\":1}\n\n{\"b\":2}\r\n")->rows.size(), 2U);
  EXPECT_THAT(import_rows("{\"a\":1}\nnonsense\n").error(), HasSubstr("line 2"));
  EXPECT_THAT(import_rows(" \n").error(), HasSubstr("empty"));
}

TEST(Verdicts, held_back_rows_stand_at_their_places) {
  const auto answer = json::parse(
      R"({"mode":"plan","batchId":null,"position":"7","counts":{"create":2,"update":0,"unchanged":0,"rejected":0},
      "rows":[{"row":0,"externalKey":"a","verdict":"create"},{"row":1,"externalKey":"c","verdict":"create"}]})");
  const auto whole = with_held_back(*answer, {0, 2}, {{1, "b", "/mode", "is no text model but ocr"}});
  EXPECT_EQ(shown(*whole.find("counts"), "rejected"), "1");
  std::string keys;
  for (const auto& row : whole.find("rows")->items)
    keys += shown(row, "row") + shown(row, "externalKey") + " ";
  EXPECT_EQ(keys, "0a 1b 2c ");
  EXPECT_EQ(rejected_in(whole), 1U);
}

}  // namespace
}  // namespace almanac::cli
