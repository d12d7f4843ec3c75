// Imports of the catalogue: plan, apply, again, revert.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using ::testing::HasSubstr;

std::string row(const std::string& name, const std::string& more = "") {
  return R"({"provider":"p","modelName":")" + name + R"(","displayName":")" + name +
         R"(","contextWindow":1000)" + more + "}";
}

Said import(Service& service, const std::string& mode, const std::string& rows,
            const std::string& more = "") {
  return service.post("/v1/models/catalog/imports", service.operators(),
                      R"({"mode":")" + mode + R"(","rows":[)" + rows + "]" + more + "}");
}

TEST(Imports, a_plan_says_what_apply_does_and_a_second_apply_writes_nothing) {
  Service service;
  const std::string rows = row("a", R"(,"creditMultiplier":1.5)") + "," + row("b");
  const events::Position before = service.position();
  const Said plan = import(service, "plan", rows);
  ASSERT_EQ(plan.status, 200) << plan.body;
  EXPECT_EQ(plan.text("mode"), "plan");
  EXPECT_EQ(plan.at("batchId"), "null");
  EXPECT_EQ(plan.at("counts"), R"({"create":2,"update":0,"unchanged":0,"rejected":0})");
  EXPECT_EQ(plan.at("rows/0/modelId"), "null") << "what does not exist has no id";
  EXPECT_THAT(plan.at("rows/0/changes"), HasSubstr(R"({"field":"creditMultiplier","from":null,"to":1.5})"));
  EXPECT_EQ(service.position(), before);

  const Said applied = import(service, "apply", rows);
  ASSERT_EQ(applied.status, 200) << applied.body;
  EXPECT_EQ(applied.at("counts"), plan.at("counts"));
  EXPECT_EQ(applied.at("rows/0/changes"), plan.at("rows/0/changes"));
  EXPECT_EQ(applied.text("batchId").size(), 36U);
  EXPECT_EQ(applied.text("position"), applied.header("Almanac-Position"));
  EXPECT_EQ(
      service.get("/v1/models/" + applied.text("rows/0/modelId"), service.acme()).at("creditMultiplier"),
      "1.5");
  const events::Position after = service.position();
  const Said again = import(service, "apply", rows);
  EXPECT_EQ(again.at("counts"), R"({"create":0,"update":0,"unchanged":2,"rejected":0})");
  EXPECT_EQ(again.at("batchId"), "null");
  EXPECT_EQ(service.position(), after);
}

TEST(Imports, an_update_names_what_changed_and_absent_is_not_cleared) {
  Service service;
  import(service, "apply", row("a", R"(,"description":"old","supportsTools":true)"));
  const std::string change = R"({"externalKey":"p/a","description":null,"contextWindow":2000})";
  const Said plan = import(service, "plan", change);
  EXPECT_EQ(
      plan.at("rows/0/changes"),
      R"([{"field":"description","from":"old","to":null},{"field":"contextWindow","from":1000,"to":2000}])");
  const Said applied = import(service, "apply", change);
  EXPECT_EQ(applied.at("rows/0/changes"), plan.at("rows/0/changes"));
  EXPECT_EQ(applied.text("rows/0/verdict"), "update");
  const Said model = service.get("/v1/models/" + applied.text("rows/0/modelId"), service.acme());
  EXPECT_EQ(model.at("supportsTools"), "true");
}

TEST(Imports, a_row_with_a_fault_is_rejected_with_every_fault_and_the_others_go_on) {
  Service service;
  const Said said =
      import(service, "apply",
             row("good") + R"(,{"provider":7,"colour":1,"displayName":"x","modelName":"m"},5,)" +
                 row("twice") + "," + row("twice"));
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.at("counts"), R"({"create":1,"update":0,"unchanged":0,"rejected":4})");
  EXPECT_THAT(said.at("rows/1/errors"), HasSubstr(R"("pointer":"/provider")"));
  EXPECT_THAT(said.at("rows/1/errors"), HasSubstr("unknown field colour"));
  EXPECT_THAT(said.at("rows/2/errors"), HasSubstr(R"("pointer":"")"));
  EXPECT_EQ(said.text("rows/3/verdict"), "rejected");
}

TEST(Imports, a_suspicious_price_needs_a_word) {
  Service service;
  import(service, "apply", row("a", R"(,"creditMultiplier":1)"));
  const Said refused = import(service, "apply", row("a", R"(,"creditMultiplier":100)"));
  EXPECT_EQ(refused.at("counts/rejected"), "1");
  const Said confirmed = import(service, "apply", row("a", R"(,"creditMultiplier":100,"confirm":true)"));
  EXPECT_EQ(confirmed.at("counts/update"), "1") << confirmed.body;
}

TEST(Imports, a_retry_gets_the_same_bytes_after_a_restart) {
  Service service;
  const auto ask = [&] {
    return service.ask({"POST",
                        "/v1/models/catalog/imports",
                        service.operators(),
                        R"({"mode":"apply","rows":[)" + row("a") + "]}",
                        {{"Idempotency-Key", "import-1"}}});
  };
  const Said first = ask();
  ASSERT_EQ(first.status, 200) << first.body;
  service.patch("/v1/models/" + first.text("rows/0/modelId"), service.operators(), R"({"displayName":"z"})");
  service.restart();
  const Said again = ask();
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
}

TEST(Imports, a_revert_takes_back_what_the_batch_changed_and_nothing_that_changed_since) {
  Service service;
  import(service, "apply", row("a", R"(,"description":"one")"));
  const Said second =
      import(service, "apply", R"({"externalKey":"p/a","description":"two","contextWindow":5},)" + row("b"));
  ASSERT_EQ(second.at("counts"), R"({"create":1,"update":1,"unchanged":0,"rejected":0})") << second.body;
  const std::string a = second.text("rows/0/modelId");
  const std::string b = second.text("rows/1/modelId");
  service.patch("/v1/models/" + a, service.operators(), R"({"contextWindow":7})");
  const std::string revert = "/v1/models/catalog/imports/" + second.text("batchId") + "/revert";
  const Said reverted = service.ask({"POST", revert, service.operators()});
  ASSERT_EQ(reverted.status, 200) << reverted.body;
  EXPECT_EQ(reverted.text("mode"), "revert");
  const Said model = service.get("/v1/models/" + a, service.acme());
  EXPECT_EQ(model.at("description"), "\"one\"");
  EXPECT_EQ(model.at("contextWindow"), "7");
  EXPECT_EQ(service.get("/v1/models/" + b, service.acme()).status, 404);
  EXPECT_EQ(service.ask({"POST", "/v1/models/catalog/imports/" + a + "/revert", service.operators()}).status,
            404);
  EXPECT_EQ(service.ask({"POST", "/v1/models/catalog/imports/x/revert", service.operators()}).status, 404);
}

TEST(Imports, a_revert_says_delete_of_what_it_deletes_and_why_a_created_model_stays) {
  Service service;
  import(service, "apply", row("a"));
  const Said batch = import(service, "apply",
                            R"({"externalKey":"p/a","displayName":"z"},)" + row("going") + "," + row("kept"));
  service.user_model(batch.text("rows/2/modelId"), "builds on it");
  const auto revert = [&] {
    return service.ask({"POST",
                        "/v1/models/catalog/imports/" + batch.text("batchId") + "/revert",
                        service.operators(),
                        "",
                        {{"Idempotency-Key", "revert-1"}}});
  };
  const Said reverted = revert();
  ASSERT_EQ(reverted.status, 200) << reverted.body;
  EXPECT_EQ(reverted.at("counts"), R"({"create":0,"update":1,"unchanged":0,"rejected":1,"delete":1})");
  EXPECT_EQ(reverted.text("rows/0/verdict"), "update");
  EXPECT_EQ(reverted.text("rows/1/verdict"), "delete");
  EXPECT_EQ(reverted.at("rows/1/changes"), "[]");
  EXPECT_EQ(reverted.text("rows/2/verdict"), "rejected");
  EXPECT_THAT(reverted.at("rows/2/errors"), HasSubstr("The created model stays: 1 other"));
  service.restart();
  const Said again = revert();
  EXPECT_EQ(again.body, reverted.body);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
}

TEST(Imports, an_expected_position_that_has_passed_is_a_conflict) {
  Service service;
  const Said first = import(service, "apply", row("a"));
  const std::string at = first.text("position");
  EXPECT_EQ(import(service, "apply", row("b"), R"(,"expectedPosition":")" + at + "\"").status, 200);
  const Said late = import(service, "apply", row("c"), R"(,"expectedPosition":")" + at + "\"");
  EXPECT_EQ(late.status, 409) << late.body;
  EXPECT_EQ(import(service, "apply", row("c"), R"(,"expectedPosition":7)").status, 422);
}

TEST(Imports, faults_of_the_request_are_422_and_scopes_hold) {
  Service service;
  const Said said = service.post("/v1/models/catalog/imports", service.operators(),
                                 R"({"mode":"try","rows":{},"dry":true})");
  EXPECT_EQ(said.status, 422);
  EXPECT_EQ(said.faults().size(), 3U) << said.body;
  EXPECT_EQ(service.post("/v1/models/catalog/imports", service.acme(), "{}").status, 403);
}

}  // namespace
}  // namespace almanac::api
