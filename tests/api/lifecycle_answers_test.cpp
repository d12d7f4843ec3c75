// Lifecycle, prices and tags as the clock and the parent change them. No scheduler runs here.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string in(const Service& service, std::chrono::milliseconds ahead) {
  return events::Instant{service.clock.ms + ahead.count()}.text();
}

Said deprecate(Service& service, const std::string& id, const std::string& at, const std::string& more = "",
               const std::string& query = "") {
  return service.put("/v1/models/" + id + "/deprecation" + query, service.operators(),
                     R"({"endOfLifeAt":")" + at + "\"" + more + "}");
}

Said conditional(Service& service, const std::string& id, const std::string& tag) {
  return service.ask({"GET", "/v1/models/" + id, service.acme(), "", {{"If-None-Match", tag}}});
}

TEST(Lifecycle, a_state_is_right_at_its_instant_with_no_timer_running) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const Said said = deprecate(service, parent, in(service, 1h), R"(,"deprecationMessage":"Move on.")");
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.text("lifecycleState"), "deprecated");
  EXPECT_EQ(said.at("warnings"), "[]");
  const Said before = service.get("/v1/models/" + id, service.acme());
  EXPECT_EQ(before.text("lifecycleState"), "deprecated") << "the parent's";
  EXPECT_EQ(before.text("deprecationMessage"), "Move on.");
  EXPECT_EQ(before.header("Sunset").size(), 29U);
  EXPECT_THAT(before.header("Deprecation"), HasSubstr("@"));
  service.advance(1h - 1ms);
  EXPECT_EQ(service.get("/v1/models/" + id, service.acme()).text("lifecycleState"), "deprecated");
  service.advance(1ms);
  const Said after = service.get("/v1/models/" + id, service.acme());
  EXPECT_EQ(after.text("lifecycleState"), "end_of_life");
  EXPECT_EQ(after.at("enabled"), "true") << "enabled stays the model's own";
  EXPECT_EQ(service.get("/v1/models?lifecycleState=end_of_life", service.acme()).text("items/0/id"), id);
  EXPECT_EQ(service.get("/v1/models/catalog", service.acme()).at("items"), "[]");
  EXPECT_EQ(service.get("/v1/models/catalog?lifecycleState=end_of_life", service.acme()).text("items/0/id"),
            parent);
}

TEST(Lifecycle, a_tag_changes_with_the_parent_and_with_the_clock) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const std::string first = service.get("/v1/models/" + id, service.acme()).header("ETag");
  const Said same = conditional(service, id, first);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.header("ETag"), first);
  EXPECT_TRUE(same.has("Almanac-Position"));
  service.patch("/v1/models/" + parent, service.operators(), R"({"contextWindow":500})");
  const Said changed = conditional(service, id, first);
  EXPECT_EQ(changed.status, 200) << "the parent changed, the model had no event of its own";
  EXPECT_EQ(changed.at("contextWindow"), "500");

  deprecate(service, parent, in(service, 1h));
  const std::string scheduled = service.get("/v1/models/" + id, service.acme()).header("ETag");
  const Said still = conditional(service, id, "\"x\", W/" + scheduled);
  EXPECT_EQ(still.status, 304) << "weak comparison";
  EXPECT_TRUE(still.has("Sunset")) << "a 304 carries the lifecycle headers";
  const events::Position position = service.position();
  service.advance(1h);
  const Said ended = conditional(service, id, scheduled);
  EXPECT_EQ(ended.status, 200) << "the clock changed the answer, no event did";
  EXPECT_EQ(ended.text("lifecycleState"), "end_of_life");
  EXPECT_EQ(service.position(), position);
  EXPECT_EQ(conditional(service, id, "*").status, 304);
}

TEST(Lifecycle, a_past_date_ends_now_and_a_restore_takes_everything_back) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const Said ended =
      service.put("/v1/models/" + id + "/deprecation", service.acme(),
                  R"({"endOfLifeAt":"2020-01-01T01:00:00+01:00","deprecationMessage":"Over."})");
  ASSERT_EQ(ended.status, 200) << ended.body;
  EXPECT_EQ(ended.text("lifecycleState"), "end_of_life");
  EXPECT_EQ(ended.text("endOfLifeAt"), "2020-01-01T00:00:00.000Z");
  EXPECT_EQ(ended.header("Sunset"), "Wed, 01 Jan 2020 00:00:00 GMT");
  EXPECT_EQ(ended.header("ETag"), service.get("/v1/models/" + id, service.acme()).header("ETag"));
  const Said restored = service.del("/v1/models/" + id + "/deprecation", service.acme());
  EXPECT_EQ(restored.status, 200);
  EXPECT_EQ(restored.text("lifecycleState"), "active");
  for (const char* field : {"endOfLifeAt", "deprecationMessage", "replacementModelId"})
    EXPECT_EQ(restored.at(field), "null") << field;
  EXPECT_FALSE(restored.has("Sunset"));
  const events::Position before = service.position();
  EXPECT_EQ(service.del("/v1/models/" + id + "/deprecation", service.acme()).status, 200);
  EXPECT_EQ(service.position(), before) << "without a schedule no event";
}

TEST(Lifecycle, a_replacement_is_linked_while_it_can_be_moved_to_and_warned_about) {
  Service service;
  const std::string small = service.system_model("small", R"(,"contextWindow":10)");
  const std::string id = service.system_model("m", R"(,"contextWindow":1000,"supportsTools":true)");
  const Said said = deprecate(service, id, in(service, 1h), R"(,"replacementModelId":")" + small + "\"");
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_THAT(said.at("warnings"), HasSubstr(R"({"field":"contextWindow","detail":")"));
  EXPECT_THAT(said.at("warnings"), HasSubstr(R"("field":"supportsTools")"));
  EXPECT_EQ(said.header("Link"), "</v1/models/" + small + ">; rel=\"successor-version\"");
  const std::string expanded = "/v1/models/" + id + "?expand[]=effective";
  const Said usable = service.get(expanded, service.acme());
  EXPECT_EQ(usable.text("effective/replacementState"), "active");
  service.patch("/v1/models/" + small, service.operators(), R"({"enabled":false})");
  const Said disabled = service.get(expanded, service.acme());
  EXPECT_EQ(disabled.text("effective/replacementState"), "disabled");
  EXPECT_NE(disabled.header("ETag"), usable.header("ETag")) << "the suffix stands for what it shows";
  EXPECT_FALSE(service.get("/v1/models/" + id, service.acme()).has("Link"));
}

TEST(Lifecycle, a_retried_deprecation_warns_as_it_did_at_first) {
  Service service;
  const std::string small = service.system_model("small", R"(,"contextWindow":10)");
  const std::string id = service.system_model("m", R"(,"contextWindow":1000)");
  const std::string at = in(service, 1h);
  const auto ask = [&] {
    return service.ask({"PUT",
                        "/v1/models/" + id + "/deprecation",
                        service.operators(),
                        R"({"endOfLifeAt":")" + at + R"(","replacementModelId":")" + small + "\"}",
                        {{"Idempotency-Key", "k"}}});
  };
  const Said first = ask();
  ASSERT_EQ(first.status, 200) << first.body;
  service.patch("/v1/models/" + small, service.operators(), R"({"contextWindow":5000,"enabled":false})");
  service.advance(2h);
  const Said again = ask();
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Link"), first.header("Link"));
  EXPECT_EQ(again.header("ETag"), first.header("ETag"));
}

TEST(Lifecycle, a_dry_run_shows_what_would_be_and_writes_nothing) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const events::Position before = service.position();
  const Said said = deprecate(service, parent, in(service, 1h), "", "?dryRun=true");
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.text("lifecycleState"), "deprecated");
  EXPECT_EQ(said.at("dependents/count"), "1");
  EXPECT_EQ(said.text("dependents/items/0/id"), id);
  EXPECT_EQ(said.at("warnings"), "[]");
  EXPECT_EQ(service.position(), before);
  EXPECT_EQ(service.get("/v1/models/" + parent, service.acme()).text("lifecycleState"), "active");
  const Said priced = service.put("/v1/models/" + parent + "/pricing?dryRun=true", service.operators(),
                                  R"({"creditMultiplier":3.5})");
  EXPECT_EQ(priced.status, 200) << priced.body;
  EXPECT_EQ(priced.at("creditMultiplier"), "3.5");
  EXPECT_EQ(priced.at("dependents/count"), "1");
  EXPECT_EQ(service.position(), before);
}

TEST(Lifecycle, a_scheduled_price_holds_from_its_instant_by_itself) {
  Service service;
  const std::string id = service.system_model("m", R"(,"creditMultiplier":1)");
  const std::string at = in(service, 1h);
  const Said scheduled = service.put("/v1/models/" + id + "/pricing", service.operators(),
                                     R"({"creditMultiplier":2.5,"effectiveAt":")" + at + "\"}");
  ASSERT_EQ(scheduled.status, 200) << scheduled.body;
  EXPECT_EQ(scheduled.at("creditMultiplier"), "1");
  const Said before = service.get("/v1/models/" + id, service.acme());
  service.advance(1h);
  const Said after = service.get("/v1/models/" + id, service.acme());
  EXPECT_EQ(after.at("creditMultiplier"), "2.5");
  EXPECT_NE(after.header("ETag"), before.header("ETag"));
  EXPECT_EQ(service
                .put("/v1/models/" + id + "/pricing", service.operators(),
                     R"({"creditMultiplier":1,"effectiveAt":"2020-01-01T00:00:00Z"})")
                .status,
            422);
  EXPECT_EQ(service.put("/v1/models/" + id + "/pricing", service.acme(), R"({"creditMultiplier":1})").status,
            403);
  const std::string user = service.user_model(id);
  EXPECT_EQ(service
                .put("/v1/models/" + user + "/pricing", service.token("acme", "catalog:write models:write"),
                     R"({"creditMultiplier":1})")
                .status,
            422);
}

TEST(Lifecycle, a_future_price_is_taken_back) {
  Service service;
  const std::string id = service.system_model("m", R"(,"creditMultiplier":1)");
  service.put("/v1/models/" + id + "/pricing", service.operators(),
              R"({"creditMultiplier":2,"effectiveAt":")" + in(service, 1h) + "\"}");
  EXPECT_EQ(service.del("/v1/models/" + id + "/pricing", service.operators()).status, 200);
  const events::Position before = service.position();
  EXPECT_EQ(service.del("/v1/models/" + id + "/pricing", service.operators()).status, 200);
  EXPECT_EQ(service.position(), before);
  service.advance(2h);
  EXPECT_EQ(service.get("/v1/models/" + id, service.acme()).at("creditMultiplier"), "1");
}

TEST(Lifecycle, a_model_made_on_a_deprecated_parent_carries_its_headers) {
  Service service;
  const std::string parent = service.system_model("m");
  deprecate(service, parent, in(service, 1h));
  const Said made = service.post("/v1/models", service.acme(),
                                 R"({"parentModelId":")" + parent + R"(","displayName":"S"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(made.has("Deprecation"));
  EXPECT_TRUE(made.has("Sunset"));
}

TEST(Lifecycle, faults_of_a_deprecation_are_named_at_once) {
  Service service;
  const std::string id = service.system_model("m");
  const Said said = service.put("/v1/models/" + id + "/deprecation?dryRun=maybe", service.operators(),
                                R"({"endOfLifeAt":"2030-01-01T00:00:60Z","deprecationMessage":"",)"
                                R"("replacementModelId":"x","force":"yes","why":1})");
  EXPECT_EQ(said.status, 422);
  EXPECT_EQ(said.faults().size(), 6U) << said.body;
}

}  // namespace
}  // namespace almanac::api
