// The rules of "Everywhere" in api.md, on a whole service without sockets.
#include <gmock/gmock.h>

#include <set>

#include "services/api/routes.hpp"
#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using ::testing::HasSubstr;

std::string create_body(const std::string& parent) {
  return R"({"parentModelId":")" + parent + R"(","displayName":"Support"})";
}

Said with_key(Service& service, const std::string& key, const std::string& body,
              const std::string& token = "") {
  return service.ask(
      {"POST", "/v1/models", token.empty() ? service.acme() : token, body, {{"Idempotency-Key", key}}});
}

TEST(Everywhere, a_retry_gets_the_first_answer_byte_for_byte_after_changes_restart_and_deletion) {
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

TEST(Everywhere, a_key_is_for_one_request_of_one_subject) {
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

TEST(Everywhere, rejections_are_not_remembered) {
  Service service;
  const std::string bad = create_body("0190b5a2-7c00-7000-8000-000000000001");
  EXPECT_EQ(with_key(service, "k", bad).status, 422);
  const std::string parent = service.system_model("m");
  EXPECT_EQ(with_key(service, "k", create_body(parent)).status, 201);
}

TEST(Everywhere, malformed_headers_of_ours_are_400) {
  Service service;
  const std::string parent = service.system_model("m");
  const auto status = [&](const std::string& name, const std::string& value) {
    return service.ask({"POST", "/v1/models", service.acme(), create_body(parent), {{name, value}}}).status;
  };
  EXPECT_EQ(status("Idempotency-Key", ""), 400);
  EXPECT_EQ(status("Idempotency-Key", "\"open"), 400);
  EXPECT_EQ(status("Idempotency-Key", std::string(256, 'a')), 400);
  EXPECT_EQ(status("Idempotency-Key", "t\x01"), 400);
  EXPECT_EQ(status("Almanac-Reason", std::string(501, 'a')), 400);
  EXPECT_EQ(status("Almanac-Reason", "\xff"), 400);
  EXPECT_EQ(status("Almanac-Min-Position", "007"), 400);
  EXPECT_EQ(status("Almanac-Reason", std::string(500, 'a')), 201);
  EXPECT_EQ(status("Idempotency-Key", std::string(255, 'a')), 201);
}

TEST(Everywhere, credentials_are_asked_for_and_scopes_named) {
  Service service;
  const Said none = service.get("/v1/models", "");
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.header("WWW-Authenticate"), "Bearer realm=\"almanac\"");
  EXPECT_TRUE(none.has("Almanac-Position"));
  EXPECT_THAT(none.text("instance"), HasSubstr("urn:almanac:request:"));
  const Said bad = service.get("/v1/models", "nonsense");
  EXPECT_EQ(bad.status, 401);
  EXPECT_THAT(bad.header("WWW-Authenticate"), HasSubstr("error=\"invalid_token\""));
  EXPECT_EQ(bad.text("detail"), "Invalid or expired token.");
  const Said missing = service.post("/v1/models", service.token("acme", "models:read"), "{}");
  EXPECT_EQ(missing.status, 403);
  EXPECT_EQ(missing.text("detail"), "Missing required scope: models:write");
  EXPECT_THAT(missing.header("WWW-Authenticate"),
              HasSubstr("error=\"insufficient_scope\", scope=\"models:write\""));
}

TEST(Everywhere, another_organisations_model_reads_as_none_in_path_body_and_filter) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string theirs = service.user_model(parent);
  const std::string nothing = "0190b5a2-7c00-7000-8000-000000000001";
  const auto masked = [&](Said said, const std::string& id) {
    for (std::size_t at; (at = said.body.find(id)) != std::string::npos;)
      said.body.replace(at, id.size(), "ID");
    const std::size_t instance = said.body.find("urn:almanac:request:");
    if (instance != std::string::npos) said.body.erase(instance, 36);
    return std::to_string(said.status) + " " + said.body;
  };
  const std::string token = service.rival();
  const auto same = [&](const std::function<Said(const std::string&)>& ask) {
    EXPECT_EQ(masked(ask(theirs), theirs), masked(ask(nothing), nothing));
  };
  same([&](const std::string& id) { return service.get("/v1/models/" + id, token); });
  same([&](const std::string& id) { return service.get("/v1/models/" + id + "/dependents", token); });
  same([&](const std::string& id) { return service.del("/v1/models/" + id, token); });
  same([&](const std::string& id) { return service.patch("/v1/models/" + id, token, R"({"enabled":1})"); });
  same([&](const std::string& id) { return service.patch("/v1/models/" + id, token, "[]"); });
  same([&](const std::string& id) { return service.del("/v1/models/" + id + "?x=1", token); });
  same([&](const std::string& id) {
    return service.put("/v1/models/" + id + "/deprecation", token,
                       R"({"endOfLifeAt":"2030-01-01T00:00:00Z"})");
  });
  same([&](const std::string& id) { return service.post("/v1/models", token, create_body(id)); });
  same([&](const std::string& id) { return service.get("/v1/models?parentModelId=" + id, token); });
  const std::string mine = service.post("/v1/models", token, create_body(parent)).text("id");
  same([&](const std::string& id) {
    return service.put("/v1/models/" + mine + "/deprecation", token,
                       R"({"endOfLifeAt":"2030-01-01T00:00:00Z","replacementModelId":")" + id + "\"}");
  });
  EXPECT_EQ(service.get("/v1/models", token).at("items/1"), "");
  EXPECT_EQ(service.get("/v1/models/" + theirs, token).status, 404);
}

TEST(Everywhere, the_order_of_judgement_of_a_write_holds_step_by_step) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  struct Step {
    const char* what;
    int status;
    std::string token, type, body, key, target, match;
  };
  const std::string reader = service.token("acme", "models:read");
  const std::string writer = service.acme();
  const std::string here = "/v1/models/" + id;
  const std::string system = "/v1/models/" + parent;
  const std::string gone = "/v1/models/0190b5a2-7c00-7000-8000-000000000001";
  // Each row has every later fault too: the first one decides.
  const std::vector<Step> steps = {
      {"token", 401, "nonsense", "text/plain", "{", "", gone, "\"9-9-9\""},
      {"any scope", 403, reader, "text/plain", "{", "", gone, "\"9-9-9\""},
      {"media type", 415, writer, "text/plain", "{", "", gone, "\"9-9-9\""},
      {"size", 413, writer, "application/json", std::string(2 << 20, ' '), "", gone, "\"9-9-9\""},
      {"JSON", 400, writer, "application/json", "{", "", gone, "\"9-9-9\""},
      {"idempotency key", 400, writer, "application/json", R"({"enabled":1})", "", gone, "\"9-9-9\""},
      {"visible", 404, writer, "application/json", R"({"enabled":1})", "k", gone, "\"9-9-9\""},
      {"exact scope", 403, writer, "application/json", R"({"enabled":1})", "k", system, "\"9-9-9\""},
      {"If-Match", 412, writer, "application/json", R"({"enabled":1})", "k", here, "\"9-9-9\""},
      {"validation", 422, writer, "application/json", R"({"enabled":1})", "k", here, "*"},
      {"done", 200, writer, "application/json", R"({"enabled":false})", "k", here, "*"},
  };
  for (const Step& step : steps) {
    const Said said =
        service.ask({"PATCH",
                     step.target,
                     step.token,
                     step.body,
                     {{"Content-Type", step.type}, {"Idempotency-Key", step.key}, {"If-Match", step.match}}});
    EXPECT_EQ(said.status, step.status) << step.what << ": " << said.body;
  }
}

TEST(Everywhere, query_parameters_are_read_strictly) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const auto fault = [&](const std::string& target) {
    const Said said = service.get(target, service.acme());
    EXPECT_EQ(said.status, 422) << target << said.body;
    const auto faults = said.faults();
    return faults.empty() ? std::string() : faults.front().substr(0, faults.front().find(':'));
  };
  EXPECT_EQ(fault("/v1/models?asof=1"), "?asof");
  EXPECT_EQ(fault("/v1/models/" + id + "?limit=3"), "?limit");
  EXPECT_EQ(fault("/v1/models?limit=0"), "?limit");
  EXPECT_EQ(fault("/v1/models?limit=101"), "?limit");
  EXPECT_EQ(fault("/v1/models?limit=+5"), "?limit");
  EXPECT_EQ(fault("/v1/models?limit=5&limit=5"), "?limit");
  EXPECT_EQ(fault("/v1/models?lifecycleState=retired"), "?lifecycleState");
  EXPECT_EQ(fault("/v1/models?enabled=yes"), "?enabled");
  EXPECT_EQ(fault("/v1/models?parentModelId=x"), "?parentModelId");
  EXPECT_EQ(fault("/v1/models?q=%ff"), "?q");
  EXPECT_EQ(fault("/v1/models/catalog?enabled=true"), "?enabled");
  EXPECT_EQ(fault("/v1/models?expand=parent"), "?expand");
  EXPECT_EQ(service.get("/v1/models?a=1&b=2&limit=0", service.acme()).faults().size(), 3U);
  EXPECT_EQ(service.get("/livez?x=1", "").status, 422);
  EXPECT_EQ(service.get("/v1/models?cursor=", service.acme()).status, 400);
  EXPECT_EQ(service.get("/v1/models?cursor=abc", service.acme()).status, 400);
}

TEST(Everywhere, methods_paths_and_options_follow_from_the_table) {
  Service service;
  const Said wrong = service.ask({"DELETE", "/v1/models/catalog", service.operators()});
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS") << "the catalogue is never a model's id";
  EXPECT_EQ(service.get("/v1/nothing", service.acme()).status, 404);
  EXPECT_EQ(service.get("/v1/models/", service.acme()).status, 404);
  EXPECT_EQ(service.get("/v1/models/NOT-AN-ID", service.acme()).status, 404);
  EXPECT_EQ(service.ask({"BREW", "/v1/models", service.acme()}).status, 501);
  const Said options = service.ask({"OPTIONS", "/v1/models", ""});
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, POST, OPTIONS");
  const std::string id = service.user_model(service.system_model("m"));
  std::string upper = id;
  for (char& c : upper)
    c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(service.get("/v1/models/" + upper, service.acme()).status, 404) << "not canonical";
}

TEST(Everywhere, head_answers_as_get_does) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  for (const std::string& target :
       {"/v1/models/" + id, std::string("/v1/models"), std::string("/openapi.json")}) {
    const Said get = service.get(target, service.acme());
    const Said head = service.ask({"HEAD", target, service.acme()});
    EXPECT_EQ(head.status, get.status);
    EXPECT_EQ(head.headers, get.headers) << target;
  }
}

TEST(Everywhere, accept_that_refuses_json_is_406) {
  Service service;
  const auto status = [&](const std::string& accept) {
    return service.ask({"GET", "/v1/models", service.acme(), "", {{"Accept", accept}}}).status;
  };
  EXPECT_EQ(status("text/html"), 406);
  EXPECT_EQ(status("application/json;q=0, */*"), 406);
  EXPECT_EQ(status("text/html, application/*;q=0.1"), 200);
  EXPECT_EQ(status("application/problem+json, */*;q=0.1"), 200);
}

TEST(Everywhere, a_reader_waits_for_the_position_that_it_names) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const auto at = [&](const std::string& position) {
    return service.ask({"GET", "/v1/models/" + id, service.acme(), "", {{"Almanac-Min-Position", position}}});
  };
  const Said now = at(std::to_string(service.position()));
  EXPECT_EQ(now.status, 200);
  EXPECT_EQ(now.header("Almanac-Position"), std::to_string(service.position()));
  const Said never = at("999999");
  EXPECT_EQ(never.status, 503);
  EXPECT_TRUE(never.has("Retry-After"));
  EXPECT_EQ(at("-1").status, 400);
}

TEST(Everywhere, pages_lose_and_repeat_nothing_while_models_are_made) {
  Service service;
  const std::string parent = service.system_model("m");
  std::set<std::string> present;
  for (int i = 0; i < 7; ++i)
    present.insert(service.user_model(parent, "before " + std::to_string(i)));
  std::multiset<std::string> seen;
  std::string cursor;
  std::string more = "true";
  for (int page = 0; more == "true" && page < 20; ++page) {
    const Said said =
        service.get("/v1/models?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor), service.acme());
    ASSERT_EQ(said.status, 200) << said.body;
    for (int i = 0; i < 2; ++i)
      if (const std::string id = said.text("items/" + std::to_string(i) + "/id"); !id.empty())
        seen.insert(id);
    more = said.at("hasMore");
    cursor = said.text("nextCursor");
    EXPECT_EQ(cursor.empty(), more == "false");
    service.user_model(parent, "during");  // newest first: ahead of the walk
    if (page == 1) service.restart();
  }
  EXPECT_EQ(seen.size(), present.size());
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), present);
}

TEST(Everywhere, a_cursor_is_good_for_its_own_list_and_filters_alone) {
  Service service;
  const std::string parent = service.system_model("m");
  service.system_model("n");
  for (int i = 0; i < 3; ++i)
    service.user_model(parent);
  const std::string cursor = service.get("/v1/models?limit=1", service.acme()).text("nextCursor");
  ASSERT_FALSE(cursor.empty());
  const auto status = [&](const std::string& target) { return service.get(target, service.acme()).status; };
  EXPECT_EQ(status("/v1/models?limit=2&cursor=" + cursor), 200);
  EXPECT_EQ(status("/v1/models?expand[]=parent&cursor=" + cursor), 200);
  EXPECT_EQ(status("/v1/models?enabled=true&cursor=" + cursor), 400);
  EXPECT_EQ(status("/v1/models/catalog?cursor=" + cursor), 400);
  EXPECT_EQ(status("/v1/models/" + parent + "/dependents?cursor=" + cursor), 400);
  EXPECT_EQ(status("/v1/models?cursor=" + cursor.substr(0, cursor.size() - 2)), 400);
  EXPECT_EQ(cursor.find("acme"), std::string::npos);
  const Said elsewhere = service.get("/v1/models?cursor=" + cursor, service.rival());
  EXPECT_EQ(elsewhere.at("items"), "[]") << "the range comes from the token";
}

TEST(Everywhere, a_write_without_a_body_type_is_415_and_a_patch_may_be_either_type) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const auto status = [&](const std::string& method, const std::string& target, const std::string& type) {
    return service.ask({method, target, service.acme(), R"({"displayName":"x"})", {{"Content-Type", type}}})
        .status;
  };
  EXPECT_EQ(status("PATCH", "/v1/models/" + id, "application/merge-patch+json"), 200);
  EXPECT_EQ(status("PATCH", "/v1/models/" + id, "Application/JSON; charset=\"UTF-8\""), 200);
  EXPECT_EQ(status("PATCH", "/v1/models/" + id, "application/json; charset=latin1"), 415);
  EXPECT_EQ(status("POST", "/v1/models", "application/merge-patch+json"), 415);
  EXPECT_EQ(status("POST", "/v1/models", ""), 415);
}

TEST(Everywhere, changes_need_if_match_where_the_policy_says_so) {
  Service::Options options;
  options.front.require_if_match = true;
  Service service(options);
  const std::string id = service.user_model(service.system_model("m"));
  const auto patch = [&](const std::string& target,
                         std::vector<std::pair<std::string, std::string>> headers) {
    return service.ask({"PATCH", target, service.acme(), R"({"displayName":"x"})", std::move(headers)})
        .status;
  };
  EXPECT_EQ(patch("/v1/models/" + id, {}), 428);
  EXPECT_EQ(patch("/v1/models/0190b5a2-7c00-7000-8000-000000000001", {}), 404);
  EXPECT_EQ(patch("/v1/models/" + id, {{"If-Match", "\"1-1-0\""}}), 200);
}

TEST(Everywhere, a_cached_answer_is_never_older_than_the_last_write) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const std::string token = service.acme();
  for (int i = 0; i < 20; ++i) {
    const std::string name = "name " + std::to_string(i);
    service.patch("/v1/models/" + id, token, R"({"displayName":")" + name + "\"}");
    const Said first = service.get("/v1/models/" + id, token);
    const Said cached = service.get("/v1/models/" + id, token);
    EXPECT_EQ(first.text("displayName"), name);
    EXPECT_EQ(cached.body, first.body);
    EXPECT_EQ(cached.headers, first.headers);
  }
  EXPECT_EQ(service.get("/v1/models?limit=5", token).body, service.get("/v1/models?limit=5", token).body);
  const std::string other = service.user_model(parent, "newest");
  EXPECT_EQ(service.get("/v1/models?limit=5", token).text("items/0/id"), other);
  EXPECT_EQ(service.get("/v1/models?limit=5", service.rival()).at("items"), "[]");
  service.put("/v1/models/" + parent + "/deprecation", service.operators(),
              R"({"endOfLifeAt":")" + events::Instant{service.clock.ms + 1000}.text() + "\"}");
  EXPECT_EQ(service.get("/v1/models?limit=5", token).text("items/0/lifecycleState"), "deprecated");
  service.advance(std::chrono::seconds(1));
  EXPECT_EQ(service.get("/v1/models?limit=5", token).text("items/0/lifecycleState"), "end_of_life");
  EXPECT_EQ(service.get("/v1/models/" + id, service.rival()).status, 404) << "another's cache is not mine";
  EXPECT_EQ(service.get("/v1/models/" + id, service.token("acme", "models:write")).status, 403);
}

TEST(Everywhere, the_reason_and_the_trace_are_written_into_the_event) {
  Service service;
  const std::string parent = service.system_model("m");
  const Said said =
      service.ask({"POST",
                   "/v1/models",
                   service.acme(),
                   create_body(parent),
                   {{"Almanac-Reason", "because"},
                    {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}});
  ASSERT_EQ(said.status, 201);
  const auto events = service.events_from(service.position());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].stamp.reason, "because");
  EXPECT_EQ(events[0].stamp.traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(events[0].stamp.actor, "client:client-1");
}

TEST(Everywhere, counted_answers_carry_the_figures_and_a_429_says_when_to_come_back) {
  Service::Options options;
  options.user_per_minute = 2;
  options.organization_per_minute = 300;
  Service service(options);
  const std::string token = service.acme();
  const Said first = service.get("/v1/models", token);
  EXPECT_EQ(first.header("X-RateLimit-Limit"), "2");
  EXPECT_EQ(first.header("X-RateLimit-Remaining"), "1");
  EXPECT_TRUE(first.has("X-RateLimit-Reset"));
  EXPECT_EQ(service.get("/v1/models", token).status, 200);
  const Said over = service.get("/v1/models", token);
  EXPECT_EQ(over.status, 429);
  EXPECT_TRUE(over.has("Retry-After"));
  EXPECT_TRUE(over.has("Almanac-Position"));
  EXPECT_EQ(service.get("/v1/models", service.token("acme", "models:read", "", "client-2")).status, 200);
  EXPECT_FALSE(service.get("/livez", "").has("X-RateLimit-Limit"));
  EXPECT_FALSE(service.get("/v1/models", "").has("X-RateLimit-Limit")) << "nobody to count it for";
}

TEST(Everywhere, a_refusal_before_the_body_is_counted_limited_and_told_like_any_other) {
  Service::Options options;
  options.user_per_minute = 2;
  Service service(options);
  const Service::Ask large{"POST",
                           "/v1/models",
                           service.acme(),
                           "",
                           {{"Content-Type", "application/json"}, {"Content-Length", "2000000"}}};
  const auto first = service.refused_early(large);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 413);
  EXPECT_EQ(first->header("X-RateLimit-Remaining"), "1");
  EXPECT_TRUE(first->has("Almanac-Position"));
  EXPECT_EQ(service.refused_early(large)->status, 413);
  EXPECT_EQ(service.refused_early(large)->status, 429);
  const auto nobody =
      service.refused_early({"POST", "/v1/models", "", "", {{"Transfer-Encoding", "chunked"}}});
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->status, 401);
  EXPECT_FALSE(nobody->has("X-RateLimit-Limit"));
  EXPECT_THAT(service.told,
              ::testing::ElementsAre("413 /v1/models", "413 /v1/models", "429 /v1/models", "401 /v1/models"));
  const auto figures = service.figures.look();
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_THAT(figures[0].by_status,
              ::testing::ElementsAre(std::pair(401, 1U), std::pair(413, 2U), std::pair(429, 1U)));
}

TEST(Everywhere, a_small_body_that_is_refused_is_counted_once) {
  Service::Options options;
  options.user_per_minute = 2;
  Service service(options);
  const Service::Ask text{"POST",
                          "/v1/models",
                          service.acme(),
                          "hello",
                          {{"Content-Type", "text/plain"}, {"Content-Length", "5"}}};
  EXPECT_FALSE(service.refused_early(text)) << "it is read, so that the connection can be used again";
  const Said said = service.ask(text);
  EXPECT_EQ(said.status, 415);
  EXPECT_EQ(said.header("X-RateLimit-Remaining"), "1");
}

TEST(Everywhere, answers_carry_their_age_while_the_log_cannot_be_reached) {
  Service service;
  const std::string target = "/v1/models/" + service.system_model("m");
  EXPECT_FALSE(service.get(target, service.acme()).has("Almanac-Age"));
  service.log_out_of_reach = std::chrono::seconds(41);
  EXPECT_EQ(service.get(target, service.acme()).header("Almanac-Age"), "41") << "from the cache too";
  EXPECT_EQ(service.get("/v1/models/catalog", service.acme()).header("Almanac-Age"), "41");
  EXPECT_EQ(service.get(target, "").header("Almanac-Age"), "41");
}

TEST(Everywhere, lists_in_several_header_lines_are_one_list) {
  Service service;
  const std::string target = "/v1/models/" + service.system_model("m");
  const auto get = [&](std::vector<std::pair<std::string, std::string>> headers) {
    return service.ask({"GET", target, service.acme(), "", std::move(headers)});
  };
  const std::string tag = get({}).header("ETag");
  EXPECT_EQ(get({{"If-None-Match", "\"x\""}, {"If-None-Match", tag}}).status, 304);
  EXPECT_EQ(get({{"Accept", "text/html"}, {"Accept", "application/json"}}).status, 200);
  const auto patch = [&](const std::string& second) {
    return service.ask({"PATCH",
                        target,
                        service.operators(),
                        R"({"enabled":true})",
                        {{"If-Match", "\"x\""}, {"If-Match", second}}});
  };
  EXPECT_EQ(patch("\"y\"").status, 412);
  EXPECT_EQ(patch(tag).status, 200);
}

TEST(Everywhere, a_body_in_a_content_coding_is_415) {
  Service service;
  const std::string parent = service.system_model("m");
  const auto post = [&](const std::string& coding) {
    return service.ask(
        {"POST", "/v1/models", service.acme(), create_body(parent), {{"Content-Encoding", coding}}});
  };
  EXPECT_EQ(post("gzip").status, 415);
  EXPECT_EQ(post("gzip").header("Accept-Encoding"), "identity");
  EXPECT_EQ(post("Identity").status, 201);
}

TEST(Everywhere, pages_out_of_the_cache_are_counted_as_pages) {
  Service service;
  service.get("/v1/models", service.acme());
  service.get("/v1/models", service.acme());
  const auto figures = service.figures.look();
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].by_status, (std::vector{std::pair(200, std::uint64_t{2})}));
}

TEST(Everywhere, a_configured_origin_reads_every_answer_and_preflights) {
  Service::Options options;
  options.cors = Cors::parse("https://app.example").value();
  Service service(options);
  const auto ask = [&](const std::string& method, const std::string& origin, const std::string& token) {
    return service.ask(
        {method, "/v1/models", token, "", {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}}});
  };
  const Said preflight = ask("OPTIONS", "https://app.example", "");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(preflight.headers.count("Vary"), 1U);
  for (const std::string& token : {service.acme(), std::string()}) {
    const Said said = ask("GET", "https://app.example", token);
    EXPECT_EQ(said.header("Access-Control-Allow-Origin"), "https://app.example") << said.status;
    EXPECT_THAT(said.header("Access-Control-Expose-Headers"), HasSubstr("Almanac-Position"));
  }
  EXPECT_FALSE(ask("GET", "https://evil.example", service.acme()).has("Access-Control-Allow-Origin"));
}

}  // namespace
}  // namespace almanac::api
