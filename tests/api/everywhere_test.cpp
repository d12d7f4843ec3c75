// The rules of "Everywhere" in api.md, on a whole service without sockets.
#include <gmock/gmock.h>

#include "services/api/routes.hpp"
#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::create_body;
using test::Said;
using test::Service;
using ::testing::HasSubstr;

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
