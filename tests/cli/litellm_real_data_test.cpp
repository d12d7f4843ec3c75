// The whole LiteLLM map as `almanac catalog import --format litellm` sends it, through the API's handlers,
// the writer and the log, judged by the table in the data's README.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "services/cli/import_rows.hpp"
#include "tests/api/support/service.hpp"
#include "tests/cli/support/listing.hpp"
#include "tests/cli/support/litellm_files.hpp"

namespace almanac::cli {
namespace {

namespace json = events::json;
using api::test::Service;
using test::Listing;

constexpr json::Limits answer_limits{.bytes_max = std::size_t{256} << 20, .depth_max = 80};

/// What the command sends and shows.
class Import {
 public:
  Import(Service& service, const std::string& text)
      : service_(service), rows_(import_rows_of_litellm(text, {}).value()) {}
  json::Value run(const std::string& mode) {
    return with_held_back(send(mode), rows_.places, rows_.held_back);
  }
  std::size_t sent() const { return rows_.rows.size(); }

 private:
  json::Value send(const std::string& mode) {
    std::string body = R"({"mode":")" + mode + R"(","rows":)";
    json::write(body, json::Value{.kind = json::Kind::array, .items = rows_.rows});
    const auto said = service_.post("/v1/models/catalog/imports", service_.operators(), body + "}");
    EXPECT_EQ(said.status, 200) << said.body.substr(0, 500);
    return json::parse(said.body, answer_limits).value();
  }

  Service& service_;
  ImportRows rows_;
};

std::string count(const json::Value& answer, const char* verdict) {
  return shown(*answer.find("counts"), verdict);
}
std::string number_or_null(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "";
}

class LitellmRealData : public testing::Test {
 protected:
  void SetUp() override {
    const auto text = test::real_map_text();
    if (!text) GTEST_SKIP() << "the LiteLLM map is not at ../shared/data";
    text_ = *text;
    map_ = json::parse(text_, {.bytes_max = std::size_t{16} << 20}).value();
    service_.clock.ms = 1'795'341'600'000;  // 2026-11-22T10:00:00Z
    for (const auto& [key, entry] : map_.members) {
      if (key == "sample_spec" || key == "fallback_generalizations") continue;
      keys_.push_back(key);
      listings_.emplace(key, test::listing_of(entry));
    }
  }

  /// Of the models that can be.
  template <class Which>
  std::size_t how_many(const Which& which) const {
    std::size_t number = 0;
    for (const auto& [key, listing] : listings_)
      number += listing.no_model_because.empty() && which(listing);
    return number;
  }

  void expect_model(const json::Value& model, const std::string& key) {
    const Listing& listing = listings_.at(key);
    const auto expect = [&](const char* field, const std::string& value) {
      EXPECT_EQ(shown(model, field), value) << key << " " << field;
      ++fields_;
    };
    expect("externalKey", key);
    expect("modelName", key);
    expect("provider", listing.provider);
    expect("contextWindow", number_or_null(listing.window));
    expect("maxTokensPerRequest", number_or_null(listing.output));
    expect("supportsStreaming", listing.streaming ? "true" : "false");
    expect("supportsTools", listing.tools ? "true" : "false");
    expect("supportsVision", listing.vision ? "true" : "false");
    expect("supportsReasoning", listing.reasoning ? "true" : "false");
    expect("creditMultiplier",
           listing.multiplier_millionths ? events::Multiplier{*listing.multiplier_millionths}.text() : "");
    expect("modelTier", listing.premium() ? "premium" : "standard");
    expect("endOfLifeAt", listing.ends_on ? *listing.ends_on + "T00:00:00.000Z" : "");
    expect("lifecycleState", listing.ends_on ? "end_of_life" : "active");
  }

  Service service_;
  std::string text_;
  json::Value map_;
  std::vector<std::string> keys_;  ///< of the models, in the order of the file
  std::map<std::string, Listing> listings_;
  std::size_t fields_ = 0;
};

TEST_F(LitellmRealData, every_row_has_its_verdict_and_the_second_import_writes_nothing) {
  std::map<std::string, std::size_t> reasons;
  std::size_t models = 0, ended = 0;
  for (const auto& [key, listing] : listings_) {
    if (!listing.no_model_because.empty()) {
      ++reasons[listing.no_model_because];
      continue;
    }
    ++models;
    if (listing.ends_on) ++ended;
  }
  EXPECT_EQ(keys_.size(), 2984U);
  EXPECT_EQ(reasons["no text model"] + reasons["no mode"], 576U) << "2,408 are text models";
  EXPECT_EQ(reasons["units"], 16U);
  EXPECT_EQ(reasons["window"], 4U) << "embeddings called chat, with windows of 0";
  EXPECT_EQ(reasons["no window"], 94U);
  EXPECT_EQ(models, 2294U);
  EXPECT_EQ(how_many([](const Listing& each) { return each.output > each.window; }), 9U)
      << "an output limit over the window is odd, but it is what the provider says";
  EXPECT_EQ(how_many([](const Listing& each) { return each.output > 200'000; }), 178U);
  EXPECT_EQ(how_many([](const Listing& each) { return !each.output; }), 11U);
  EXPECT_EQ(how_many([](const Listing& each) { return each.multiplier_millionths == 0; }), 83U) << "free";
  EXPECT_EQ(how_many([](const Listing& each) { return !each.multiplier_millionths; }), 116U) << "unpriced";

  const auto before = service_.position();
  Import first(service_, text_);
  ASSERT_LE(first.sent(), 10'000U) << "what one request may hold";
  const auto plan = first.run("plan");
  EXPECT_EQ(service_.position(), before) << "a plan writes nothing";
  const auto applied = first.run("apply");
  for (const auto* answer : {&plan, &applied}) {
    EXPECT_EQ(count(*answer, "create"), std::to_string(models));
    EXPECT_EQ(count(*answer, "update"), "0");
    EXPECT_EQ(count(*answer, "unchanged"), "0");
    EXPECT_EQ(count(*answer, "rejected"), std::to_string(keys_.size() - models));
  }
  EXPECT_EQ(service_.position(), before + models + 2 * ended + 1)
      << "a creation each, schedule and end of those whose date has passed, and the import";

  const auto& rows = applied.find("rows")->items;
  ASSERT_EQ(rows.size(), keys_.size());
  std::set<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(shown(rows[i], "row"), std::to_string(i));
    ASSERT_EQ(shown(rows[i], "externalKey"), keys_[i]);
    const bool can_be = listings_.at(keys_[i]).no_model_because.empty();
    EXPECT_EQ(shown(rows[i], "verdict"), can_be ? "create" : "rejected") << keys_[i];
    const auto& errors = rows[i].find("errors")->items;
    EXPECT_EQ(errors.empty(), can_be) << keys_[i];
    for (const auto& error : errors)
      EXPECT_FALSE(shown(error, "detail").empty()) << keys_[i];
    if (!can_be) continue;
    const auto said = service_.get("/v1/models/" + shown(rows[i], "modelId"), service_.acme());
    ASSERT_EQ(said.status, 200) << keys_[i];
    const auto model = json::parse(said.body).value();
    expect_model(model, keys_[i]);
    EXPECT_TRUE(names.insert(shown(model, "displayName")).second) << keys_[i] << " is named like another";
  }

  const auto written = service_.position();
  const auto again = Import(service_, text_).run("apply");
  EXPECT_EQ(count(again, "unchanged"), std::to_string(models));
  EXPECT_EQ(count(again, "create"), "0");
  EXPECT_EQ(count(again, "update"), "0");
  EXPECT_EQ(shown(again, "batchId"), "");
  EXPECT_EQ(service_.position(), written) << "the second import writes no event";

  std::cout << "real map: " << keys_.size() << " rows, " << models << " created (" << ended
            << " at their end), " << fields_ << " fields equal; rejected:";
  for (const auto& [reason, rejected] : reasons)
    std::cout << " " << reason << " " << rejected << ";";
  std::cout << " events " << written - before << ", second import " << service_.position() - written << "\n";
}

TEST_F(LitellmRealData, a_batch_reverted_leaves_no_model_and_the_map_can_be_imported_anew) {
  Import import(service_, text_);
  const auto applied = import.run("apply");
  const auto undone = service_.post("/v1/models/catalog/imports/" + shown(applied, "batchId") + "/revert",
                                    service_.operators(), "");
  ASSERT_EQ(undone.status, 200) << undone.body.substr(0, 500);
  const auto left =
      service_.get("/v1/models/catalog?lifecycleState=active&limit=1", service_.acme()).at("items");
  EXPECT_EQ(left, "[]");
  EXPECT_EQ(count(Import(service_, text_).run("apply"), "create"), count(applied, "create"));
}

}  // namespace
}  // namespace almanac::cli
