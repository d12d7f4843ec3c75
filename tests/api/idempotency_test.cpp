// A request sent again under its key, on a whole service without sockets.
#include <gtest/gtest.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::create_body;
using test::Said;
using test::Service;

Said with_key(Service& service, const std::string& key, const std::string& body,
              const std::string& token = "") {
  return service.ask(
      {"POST", "/v1/models", token.empty() ? service.acme() : token, body, {{"Idempotency-Key", key}}});
}

TEST(Idempotency, a_retry_gets_the_first_answer_byte_for_byte_after_changes_restart_and_deletion) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string body = create_body(parent);
  const Said first = with_key(service, "order-1", body);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_FALSE(first.has("Idempotency-Replayed"));
  const auto expect_the_same = [&](const Said& again) {
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
    for (const char* name : {"ETag", "Location", "Almanac-Position"})
      EXPECT_EQ(again.header(name), first.header(name)) << name;
  };
  expect_the_same(with_key(service, "\"order-1\"", body));  // quoted and bare are one key
  service.patch("/v1/models/" + first.text("id"), service.acme(), R"({"displayName":"Changed"})");
  service.patch("/v1/models/" + parent, service.operators(), R"({"contextWindow":7})");
  service.advance(std::chrono::hours(1));
  expect_the_same(with_key(service, "order-1", body));
  service.restart();
  expect_the_same(with_key(service, "order-1", body));
  EXPECT_EQ(service.del("/v1/models/" + first.text("id"), service.acme()).status, 204);
  expect_the_same(with_key(service, "order-1", body));
}

TEST(Idempotency, a_key_is_for_one_request_of_one_subject) {
  Service service;
  const std::string parent = service.system_model("m");
  const Said first = with_key(service, "k", create_body(parent));
  EXPECT_EQ(with_key(service, "k", create_body(parent) + " ").status, 422) << "another body";
  const Said other = with_key(service, "k", create_body(parent), service.rival());
  EXPECT_EQ(other.status, 201);
  EXPECT_NE(other.text("id"), first.text("id"));
  const Said colleague =
      with_key(service, "k", create_body(parent), service.token("acme", "models:write", "", "client-2"));
  EXPECT_EQ(colleague.status, 201);
  service.advance(std::chrono::hours(73));
  const Said later = with_key(service, "k", create_body(parent));
  EXPECT_EQ(later.status, 201);
  EXPECT_FALSE(later.has("Idempotency-Replayed")) << "72 h of log time have passed";
}

TEST(Idempotency, rejections_are_not_remembered) {
  Service service;
  const std::string bad = create_body("0190b5a2-7c00-7000-8000-000000000001");
  EXPECT_EQ(with_key(service, "k", bad).status, 422);
  const std::string parent = service.system_model("m");
  EXPECT_EQ(with_key(service, "k", create_body(parent)).status, 201);
}

}  // namespace
}  // namespace almanac::api
