// Every row and field of the Models table through a whole service without sockets.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const std::string all_keys =
    "id displayName contextWindow supportsStreaming enabled isSystemModel createdAt updatedAt description "
    "provider modelName maxTokensPerRequest supportsTools supportsVision supportsReasoning creditMultiplier "
    "modelTier lifecycleState endOfLifeAt deprecationMessage replacementModelId isRecommended parentModelId "
    "systemPromptId systemPrompt metadata externalKey";

std::string keys_of(const std::string& body) {
  std::string keys;
  const auto parsed = events::json::parse(body);
  for (const auto& [name, value] : parsed->members)
    keys += (keys.empty() ? "" : " ") + name;
  return keys;
}

TEST(Models, a_created_model_answers_with_every_key_in_order_and_can_be_read_back) {
  Service service;
  const std::string parent = service.system_model("m", R"(,"maxTokensPerRequest":500,"supportsTools":true)");
  const Said made =
      service.post("/v1/models", service.acme(),
                   R"({"parentModelId":")" + parent +
                       R"(","displayName":"Support","contextWindow":4096e-1,"metadata":{"b":1.0,"a":[null]},)"
                       R"("systemPrompt":"Line one\nLine two"})");
  EXPECT_EQ(made.status, 422) << "409.6 is not whole: " << made.body;
  const Said whole = service.post("/v1/models", service.acme(),
                                  R"({"parentModelId":")" + parent +
                                      R"(","displayName":"Support","contextWindow":400.0,)"
                                      R"("metadata":{"b":1.0, "a":[null]},"systemPrompt":"One\nTwo"})");
  ASSERT_EQ(whole.status, 201) << whole.body;
  EXPECT_EQ(keys_of(whole.body), all_keys);
  EXPECT_EQ(whole.header("Location"), "/v1/models/" + whole.text("id"));
  EXPECT_EQ(whole.at("contextWindow"), "400");
  EXPECT_EQ(whole.at("maxTokensPerRequest"), "500") << "inherited";
  EXPECT_EQ(whole.at("supportsTools"), "true") << "the parent's";
  EXPECT_EQ(whole.at("metadata"), R"({"b":1.0,"a":[null]})") << "order and number text as given";
  EXPECT_EQ(whole.at("provider"), "null");
  EXPECT_EQ(whole.at("lifecycleState"), "\"active\"");
  EXPECT_EQ(whole.header("ETag"), "\"1-1-0\"");
  EXPECT_EQ(whole.header("Cache-Control"), "private, no-cache");

  const Said read = service.get("/v1/models/" + whole.text("id"), service.acme());
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.body, whole.body);
  EXPECT_EQ(read.header("ETag"), whole.header("ETag"));
  EXPECT_EQ(read.header("Almanac-Position"), whole.header("Almanac-Position"));
}

TEST(Models, every_fault_is_named_at_once) {
  Service service;
  const Said said = service.post("/v1/models?dryrun=true", service.acme(),
                                 R"({"parentModelId":7,"contextWindow":"many","maxTokensPerRequest":0,)"
                                 R"("enabled":null,"colour":"red","a/b~c":1,"systemPromptId":""})");
  ASSERT_EQ(said.status, 422) << said.body;
  EXPECT_EQ(said.header("Content-Type"), "application/problem+json");
  std::vector<std::string> places;
  for (const std::string& fault : said.faults())
    places.push_back(fault.substr(0, fault.find(':')));
  EXPECT_THAT(places,
              UnorderedElementsAre("/parentModelId", "/displayName", "/contextWindow", "/maxTokensPerRequest",
                                   "/enabled", "/colour", "/a~1b~0c", "/systemPromptId", "?dryrun"));
  EXPECT_THAT(said.body, HasSubstr("unknown field colour"));
}

TEST(Models, a_body_that_is_no_object_is_a_fault_at_the_whole) {
  Service service;
  const Said said = service.post("/v1/models", service.acme(), "[1]");
  EXPECT_EQ(said.status, 422);
  EXPECT_THAT(said.faults(), ElementsAre(": must be an object"));
  EXPECT_EQ(service.post("/v1/models", service.acme(), "{\"a\":1,\"a\":2}").status, 400);
  EXPECT_EQ(service.post("/v1/models", service.acme(), "{").status, 400);
}

TEST(Models, a_multiplier_is_read_from_its_text_and_never_through_binary_floating_point) {
  Service service;
  const std::string tenth = service.system_model("a", R"(,"creditMultiplier":0.1)");
  const std::string fifth = service.system_model("b", R"(,"creditMultiplier":2e-1)");
  EXPECT_EQ(service.get("/v1/models/" + tenth, service.acme()).at("creditMultiplier"), "0.1");
  EXPECT_EQ(service.get("/v1/models/" + fifth, service.acme()).at("creditMultiplier"), "0.2");
  const std::string sum = service.system_model("c", R"(,"creditMultiplier":0.3000000)");
  EXPECT_EQ(service.get("/v1/models/" + sum, service.acme()).at("creditMultiplier"), "0.3");
  const Said wrong = service.post("/v1/models/catalog", service.operators(),
                                  R"({"provider":"p","modelName":"d","displayName":"d","contextWindow":1,)"
                                  R"("creditMultiplier":0.30000000000000004})");
  EXPECT_EQ(wrong.status, 422) << "0.1 + 0.2 in binary has a seventeenth place";
  const std::string unpriced = service.system_model("e");
  EXPECT_EQ(service.get("/v1/models/" + unpriced, service.acme()).at("creditMultiplier"), "null");
}

TEST(Models, a_patch_changes_what_it_names_and_null_returns_to_inheritance) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"), "Support",
                                            R"(,"contextWindow":10,"metadata":{"a":1,"b":2})");
  const Said changed =
      service.ask({"PATCH",
                   "/v1/models/" + id,
                   service.acme(),
                   R"({"displayName":"Help","contextWindow":null,"metadata":{"a":null,"c":1.50}})",
                   {{"Content-Type", "application/merge-patch+json"}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.at("displayName"), "\"Help\"");
  EXPECT_EQ(changed.at("contextWindow"), "1000");
  EXPECT_EQ(changed.at("metadata"), R"({"b":2,"c":1.50})");
  const events::Position before = service.position();
  const Said again = service.patch("/v1/models/" + id, service.acme(), R"({"displayName":"Help"})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(service.position(), before) << "a patch that changes nothing writes no event";
  EXPECT_EQ(again.header("ETag"), changed.header("ETag"));
  EXPECT_EQ(again.body, changed.body);
}

TEST(Models, null_is_refused_where_nothing_says_it_may_be) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const Said said = service.patch("/v1/models/" + id, service.acme(),
                                  R"({"displayName":null,"enabled":null,"parentModelId":null})");
  EXPECT_EQ(said.status, 422);
  EXPECT_EQ(said.faults().size(), 3U) << said.body;
}

TEST(Models, price_and_tier_are_not_patched) {
  Service service;
  const std::string id = service.system_model("m");
  const Said said = service.patch("/v1/models/" + id, service.operators(),
                                  R"({"creditMultiplier":2,"modelTier":"premium"})");
  EXPECT_EQ(said.status, 422);
  EXPECT_THAT(said.body, HasSubstr("/pricing"));
  EXPECT_EQ(said.faults().size(), 2U);
}

TEST(Models, a_deleted_model_is_gone_and_a_model_that_others_hold_stays) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const Said held = service.del("/v1/models/" + parent, service.operators());
  EXPECT_EQ(held.status, 409) << held.body;
  EXPECT_EQ(held.at("dependents"), R"({"count":1,"ids":[")" + id + "\"]}");
  const Said gone = service.del("/v1/models/" + id, service.acme());
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_TRUE(gone.has("Almanac-Position"));
  EXPECT_EQ(service.get("/v1/models/" + id, service.acme()).status, 404);
  EXPECT_EQ(service.del("/v1/models/" + id, service.acme()).status, 404);
  EXPECT_EQ(service.del("/v1/models/" + parent, service.operators()).status, 204);
}

TEST(Models, expand_shows_the_parent_and_where_every_value_comes_from) {
  Service service;
  const std::string parent = service.system_model("m", R"(,"maxTokensPerRequest":500)");
  const std::string id = service.user_model(parent, "Support", R"(,"contextWindow":900)");
  service.patch("/v1/models/" + parent, service.operators(), R"({"contextWindow":800})");
  const Said said =
      service.get("/v1/models/" + id + "?expand%5B%5D=parent&expand[]=effective", service.acme());
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.text("parent/id"), parent);
  EXPECT_EQ(said.at("effective/contextWindow"), R"({"value":800,"layer":"own","clamped":true})");
  EXPECT_EQ(said.at("effective/maxTokensPerRequest"), R"({"value":500,"layer":"parent","clamped":false})");
  EXPECT_EQ(said.at("effective/replacementState"), "null");
  EXPECT_EQ(said.at("contextWindow"), "800");
  EXPECT_EQ(service.get("/v1/models/" + id + "?expand[]=children", service.acme()).status, 422);
  const Said plain = service.get("/v1/models/" + id, service.acme());
  EXPECT_EQ(
      said.header("ETag").rfind(plain.header("ETag").substr(0, plain.header("ETag").size() - 1) + "-", 0),
      0U);
  const Said list = service.get("/v1/models?expand[]=parent", service.acme());
  EXPECT_EQ(list.text("items/0/parent/id"), parent);
}

TEST(Models, an_expanded_tag_is_a_tag_for_if_match) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const std::string tag =
      service.get("/v1/models/" + id + "?expand[]=effective", service.acme()).header("ETag");
  const auto change = [&](const std::string& match, const std::string& name) {
    return service.ask({"PATCH",
                        "/v1/models/" + id,
                        service.acme(),
                        R"({"displayName":")" + name + "\"}",
                        {{"If-Match", match}}});
  };
  EXPECT_EQ(change(tag, "one").status, 200);
  const Said stale = change(tag, "two");
  EXPECT_EQ(stale.status, 412) << stale.body;
  EXPECT_EQ(stale.header("ETag"), "\"2-1-0\"");
  EXPECT_EQ(change("\"9-9-9\", \"2-1-0\"", "three").status, 200);
  EXPECT_EQ(change("*", "four").status, 200);
  EXPECT_EQ(change("W/\"4-1-0\"", "five").status, 412) << "strong comparison";
  EXPECT_EQ(change("5-1-0", "six").status, 400);
}

TEST(Models, the_premium_tier_needs_a_plan) {
  Service service;
  const std::string parent = service.system_model("m", R"(,"modelTier":"premium")");
  const std::string body = R"({"parentModelId":")" + parent + R"(","displayName":"S"})";
  const Said refused = service.post("/v1/models", service.acme(), body);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.at("requiredPlan"), "\"pro\"");
  EXPECT_EQ(service.post("/v1/models", service.token("acme", "models:write", "enterprise"), body).status,
            201);
}

TEST(Models, dependents_show_own_overrides_and_no_prompt) {
  Service service;
  const std::string parent = service.system_model("m");
  service.user_model(parent, "One", R"(,"contextWindow":5,"systemPrompt":"secret words")");
  service.post("/v1/models", service.rival(),
               R"({"parentModelId":")" + parent + R"(","displayName":"Theirs"})");
  const Said own = service.get("/v1/models/" + parent + "/dependents", service.acme());
  EXPECT_EQ(own.at("count"), "1");
  EXPECT_EQ(own.at("items/0/contextWindow"), "5");
  EXPECT_EQ(own.at("items/0/supportsStreaming"), "null");
  EXPECT_THAT(own.body, Not(HasSubstr("secret")));
  EXPECT_THAT(own.body, Not(HasSubstr("rival")));
  const Said all = service.get("/v1/models/" + parent + "/dependents?limit=1", service.operators());
  EXPECT_EQ(all.at("count"), "2");
  EXPECT_EQ(all.at("hasMore"), "true");
  const Said rest = service.get(
      "/v1/models/" + parent + "/dependents?limit=1&cursor=" + all.text("nextCursor"), service.operators());
  EXPECT_NE(rest.text("items/0/id"), all.text("items/0/id"));
  EXPECT_EQ(rest.at("hasMore"), "false");
}

TEST(Models, an_external_key_is_taken_once) {
  Service service;
  const std::string id = service.system_model("m");
  const Said taken = service.post("/v1/models/catalog", service.operators(),
                                  R"({"provider":"p","modelName":"m","displayName":"x","contextWindow":1})");
  EXPECT_EQ(taken.status, 409) << taken.body;
  EXPECT_EQ(taken.at("modelId"), "\"" + id + "\"");
  EXPECT_EQ(service.get("/v1/models/" + id, service.acme()).at("externalKey"), "\"p/m\"");
}

}  // namespace
}  // namespace almanac::api
