// History, pages of events and the raw log, through the whole service.
#include <gmock/gmock.h>

#include "events/log/export_line.hpp"
#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string reader(const Service& service, const std::string& organization = "acme") {
  return service.token(organization, "models:read events:read");
}
std::string auditor(const Service& service) {
  return service.token("ops", "events:read:all");
}

/// The members of an array of events, one text each.
std::vector<std::string> all(const Said& said, const std::string& list, const std::string& member) {
  std::vector<std::string> texts;
  const std::string prefix = list.empty() ? "" : list + "/";
  for (std::size_t i = 0; !said.at(prefix + std::to_string(i)).empty(); ++i)
    texts.push_back(said.text(prefix + std::to_string(i) + "/" + member));
  return texts;
}

std::vector<std::string> types(const Said& said, const std::string& list = "") {
  auto texts = all(said, list, "type");
  for (std::string& text : texts)
    text =
        text.substr(std::string("dev.almanac.").size(), text.size() - std::string("dev.almanac..v1").size());
  return texts;
}

/// Acme's and the rival's models on one system model, which is repriced; a day lies between all of them.
struct Story {
  Story() {
    parent = service.system_model("m", R"(,"creditMultiplier":1)");
    service.advance(24h);
    own = service.user_model(parent);
    service.advance(24h);
    service.post("/v1/models", service.rival(),
                 R"({"parentModelId":")" + parent + R"(","displayName":"Rival's secret"})");
    service.advance(24h);
    service.put("/v1/models/" + parent + "/pricing", service.operators(), R"({"creditMultiplier":2})");
    service.advance(24h);
    service.ask({"PATCH",
                 "/v1/models/" + own,
                 service.acme(),
                 R"({"displayName":"Help"})",
                 {{"Almanac-Reason", "asked for"}, {"Idempotency-Key", "k"}}});
  }
  Service service;
  std::string parent, own;
};

TEST(Events, a_tenant_reads_its_own_and_the_catalogues_in_the_order_of_the_log) {
  Story story;
  const Said said = story.service.get("/v1/events", reader(story.service));
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.header("Content-Type"), "application/cloudevents-batch+json");
  EXPECT_THAT(types(said), ElementsAre("ModelCreated", "ModelCreated", "ModelRepriced", "ModelUpdated"));
  EXPECT_EQ(said.header("Almanac-Read-To"), said.header("Almanac-Position"));
  EXPECT_FALSE(said.has("Link"));
  EXPECT_EQ(said.text("3/reason"), "asked for");
  EXPECT_EQ(said.text("3/actor"), "client:client-1");
  EXPECT_EQ(said.text("3/data/changes/0/from"), "Support");
  EXPECT_EQ(said.text("3/data/changes/0/to"), "Help");
  EXPECT_EQ(said.text("3/hash").size(), 64u);
}

TEST(Events, tenants_are_strictly_apart) {
  Story story;
  Service& service = story.service;
  for (const std::string target : {"/v1/events", "/v1/events?type=ModelCreated", "/v1/events?actor=operator",
                                   "/v1/events?actor=client:client-1", "/v1/events?after=1"}) {
    const Said said = service.get(target, reader(service));
    ASSERT_EQ(said.status, 200) << said.body;
    EXPECT_THAT(said.body, Not(HasSubstr("rival"))) << target;
    EXPECT_THAT(said.body, Not(HasSubstr("secret"))) << target;
    EXPECT_THAT(said.body, Not(HasSubstr("idempotencykey"))) << target;
    EXPECT_THAT(said.body, Not(HasSubstr("LogCreated"))) << target;
    EXPECT_THAT(said.body, Not(HasSubstr("WriterClaimed"))) << target;
  }
  const Said rival = service.get("/v1/events", reader(service, "rival"));
  EXPECT_THAT(rival.body, Not(HasSubstr("Support")));
  const Said of_rivals_model = service.get("/v1/events?modelId=" + story.own, reader(service, "rival"));
  EXPECT_EQ(of_rivals_model.body, "[]");
  const Said everything = service.get("/v1/events", auditor(service));
  EXPECT_THAT(everything.body, HasSubstr("Rival's secret"));
  EXPECT_THAT(types(everything), ElementsAre("LogCreated", "WriterClaimed", "ModelCreated", "ModelCreated",
                                             "ModelCreated", "ModelRepriced", "ModelUpdated"));
  EXPECT_THAT(everything.body, Not(HasSubstr("idempotencykey")));
}

TEST(Events, the_catalogues_events_name_no_operator_to_tenants) {
  Story story;
  const Said tenant = story.service.get("/v1/events?modelId=" + story.parent, reader(story.service));
  EXPECT_EQ(tenant.text("0/actor"), "operator");
  EXPECT_TRUE(tenant.at("0/correlationid").empty());
  EXPECT_TRUE(tenant.at("0/traceparent").empty());
  const Said audit = story.service.get("/v1/events?modelId=" + story.parent, auditor(story.service));
  EXPECT_EQ(audit.text("0/actor"), "client:client-1");
  EXPECT_FALSE(audit.at("0/correlationid").empty());
  const Said asked =
      story.service.get("/v1/events?actor=client:client-1&type=ModelRepriced", reader(story.service));
  EXPECT_EQ(asked.body, "[]") << "a filter must not tell who is behind `operator`";
  EXPECT_EQ(types(story.service.get("/v1/events?actor=operator", reader(story.service))).size(), 2u);
}

TEST(Events, every_filter_leaves_what_was_asked_for) {
  Story story;
  Service& service = story.service;
  const auto asked = [&](const std::string& query) {
    return types(service.get("/v1/events?" + query, reader(service)));
  };
  const std::int64_t day = 24 * 3'600'000, now = service.clock.ms;
  const auto ago = [&](int days) { return events::Instant{now - days * day}.text(); };
  EXPECT_THAT(asked("type=ModelRepriced"), ElementsAre("ModelRepriced"));
  EXPECT_THAT(asked("type=dev.almanac.ModelRepriced.v1"), ElementsAre("ModelRepriced"));
  EXPECT_THAT(asked("type=dev.almanac.ModelRepriced.v2"), ElementsAre());
  EXPECT_THAT(asked("type=ModelRepriced&type=ModelUpdated"), ElementsAre("ModelRepriced", "ModelUpdated"));
  EXPECT_THAT(asked("modelId=" + story.own), ElementsAre("ModelCreated", "ModelUpdated"));
  EXPECT_THAT(asked("modelId=" + story.own + "&type=ModelUpdated"), ElementsAre("ModelUpdated"));
  EXPECT_THAT(asked("actor=client:client-1"), ElementsAre("ModelCreated", "ModelUpdated"));
  EXPECT_THAT(asked("from=" + ago(1)), ElementsAre("ModelRepriced", "ModelUpdated")) << "from is inclusive";
  EXPECT_THAT(asked("to=" + ago(1)), ElementsAre("ModelCreated", "ModelCreated")) << "to is exclusive";
  EXPECT_THAT(asked("from=" + ago(3) + "&to=" + ago(0)), ElementsAre("ModelCreated", "ModelRepriced"));
  EXPECT_THAT(asked("from=" + ago(3) + "&modelId=" + story.parent), ElementsAre("ModelRepriced"));
  EXPECT_THAT(asked("from=2100-01-01T00:00:00Z"), ElementsAre());
}

TEST(Events, faults_of_the_query_are_all_named) {
  Service service;
  const Said said = service.get(
      "/v1/"
      "events?after=07&limit=1001&type=ModelExploded&modelId=7&actor=&from=yesterday&to=2026-01-01T00:00:60Z"
      "&asof=3",
      reader(service));
  EXPECT_EQ(said.status, 422);
  EXPECT_EQ(said.faults().size(), 8u) << said.body;
  EXPECT_EQ(service.get("/v1/events", service.acme()).status, 403);
  EXPECT_EQ(service.get("/v1/log", reader(service)).status, 403);
}

TEST(Events, a_period_that_ends_before_it_begins_is_refused_and_an_empty_one_is_empty) {
  Story story;
  Service& service = story.service;
  const std::string first = "2026-01-01T00:00:00Z", later = "2026-01-02T00:00:00Z";
  const Said turned = service.get("/v1/events?from=" + later + "&to=" + first, reader(service));
  EXPECT_EQ(turned.status, 422);
  EXPECT_THAT(turned.faults(), ElementsAre("?to: must not lie before `from`"));
  const Said empty = service.get("/v1/events?from=" + first + "&to=" + first, reader(service));
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.body, "[]");
}

TEST(Events, pages_at_every_limit_are_the_whole_without_gap_or_repeat) {
  Story story;
  Service& service = story.service;
  const auto whole = all(service.get("/v1/events", reader(service)), "", "id");
  for (const std::string filter : {"", "&from=2000-01-01T00%3A00%3A00Z"}) {
    for (int limit = 1; limit < 6; ++limit) {
      std::vector<std::string> ids;
      std::string target = "/v1/events?limit=" + std::to_string(limit) + filter;
      for (int pages = 0; !target.empty() && pages < 20; ++pages) {
        const Said page = service.get(target, reader(service));
        ASSERT_EQ(page.status, 200) << page.body;
        for (auto& id : all(page, "", "id"))
          ids.push_back(std::move(id));
        const std::string link = page.header("Link");
        if (!link.empty()) {
          EXPECT_THAT(link, HasSubstr(">; rel=\"next\""));
          EXPECT_THAT(link, HasSubstr("limit=" + std::to_string(limit)));
        }
        target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
      }
      EXPECT_EQ(ids, whole) << limit << filter;
    }
  }
}

TEST(Events, a_position_past_the_end_is_an_empty_page_that_says_where_the_end_is) {
  Story story;
  for (const std::string after : {"100000", "18446744073709551615", "100000.0123456789abcdef"}) {
    const Said said = story.service.get("/v1/events?after=" + after, reader(story.service));
    EXPECT_EQ(said.status, 200) << said.body;
    EXPECT_EQ(said.body, "[]");
    EXPECT_EQ(said.header("Almanac-Read-To"), std::to_string(story.service.position()));
  }
}

TEST(Events, a_position_of_another_log_is_a_409) {
  Story story;
  Service& service = story.service;
  const std::string hash = service.get("/v1/events", reader(service)).text("0/hash").substr(0, 16);
  EXPECT_EQ(service.get("/v1/events?after=2." + hash, reader(service)).status, 200);
  const Said other = service.get("/v1/events?after=3." + hash, reader(service));
  EXPECT_EQ(other.status, 409);
  EXPECT_THAT(other.text("detail"), HasSubstr("This is not the log that you read"));
  EXPECT_EQ(service.get("/v1/log?after=3." + hash, auditor(service)).status, 409);
  EXPECT_EQ(service.get("/v1/events/stream?after=3." + hash, reader(service)).status, 409);
  EXPECT_EQ(service.get("/v1/events?after=3." + hash.substr(1), reader(service)).status, 422);
}

TEST(Events, accept_chooses_between_a_batch_and_lines) {
  Story story;
  const auto asked = [&](const std::string& accept) {
    return story.service.ask({"GET", "/v1/events", reader(story.service), "", {{"Accept", accept}}});
  };
  const Said lines = asked("application/x-ndjson");
  EXPECT_EQ(lines.header("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(std::count(lines.body.begin(), lines.body.end(), '\n'), 4);
  EXPECT_EQ(asked("*/*").header("Content-Type"), "application/cloudevents-batch+json");
  EXPECT_EQ(asked("application/x-ndjson, */*;q=0.1").header("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(asked("application/x-ndjson;q=0.1, application/cloudevents-batch+json").header("Content-Type"),
            "application/cloudevents-batch+json");
  EXPECT_EQ(asked("text/html").status, 406);
}

TEST(History, a_model_tells_its_own_and_with_expand_its_parents) {
  Story story;
  Service& service = story.service;
  const std::string target = "/v1/models/" + story.own + "/events";
  EXPECT_THAT(types(service.get(target, service.acme()), "items"),
              ElementsAre("ModelCreated", "ModelUpdated"));
  const Said both = service.get(target + "?expand[]=parent", service.acme());
  EXPECT_THAT(types(both, "items"),
              ElementsAre("ModelCreated", "ModelCreated", "ModelRepriced", "ModelUpdated"));
  EXPECT_EQ(both.text("items/2/actor"), "operator");
  EXPECT_EQ(service.get(target, service.rival()).status, 404);
  EXPECT_EQ(service.get("/v1/models/" + story.parent + "/events", service.rival()).status, 200);
  EXPECT_EQ(service.get(target + "?expand[]=effective", service.acme()).status, 422);
}

TEST(History, a_parent_that_was_left_is_told_of_up_to_then_and_a_deleted_model_stays_readable) {
  Story story;
  Service& service = story.service;
  const std::string second = service.system_model("n");
  service.patch("/v1/models/" + story.own, service.acme(), R"({"parentModelId":")" + second + "\"}");
  service.patch("/v1/models/" + story.parent, service.operators(), R"({"description":"after it was left"})");
  service.del("/v1/models/" + story.own, service.acme());
  service.patch("/v1/models/" + second, service.operators(), R"({"description":"after the deletion"})");
  const Said said = service.get("/v1/models/" + story.own + "/events?expand[]=parent", service.acme());
  EXPECT_THAT(types(said, "items"),
              ElementsAre("ModelCreated", "ModelCreated", "ModelRepriced", "ModelUpdated", "ModelCreated",
                          "ModelUpdated", "ModelDeleted"));
  EXPECT_THAT(said.body, Not(HasSubstr("after ")));
}

TEST(History, pages_are_the_whole_and_a_cursor_is_good_for_its_own_list_alone) {
  Story story;
  Service& service = story.service;
  const std::string target = "/v1/models/" + story.own + "/events?expand[]=parent";
  const auto whole = all(service.get(target, service.acme()), "items", "id");
  std::vector<std::string> ids;
  std::string cursor;
  do {
    const Said page =
        service.get(target + "&limit=1" + (cursor.empty() ? "" : "&cursor=" + cursor), service.acme());
    ASSERT_EQ(page.status, 200) << page.body;
    for (auto& id : all(page, "items", "id"))
      ids.push_back(std::move(id));
    EXPECT_EQ(page.at("hasMore"), page.text("nextCursor").empty() ? "false" : "true");
    if (!page.text("nextCursor").empty()) cursor = page.text("nextCursor");
    if (page.at("hasMore") == "false") break;
  } while (ids.size() < 10);
  EXPECT_EQ(ids, whole);
  EXPECT_EQ(service.get("/v1/models/" + story.own + "/events?cursor=" + cursor, service.acme()).status, 400);
}

TEST(Log, its_lines_are_those_of_an_export_and_chain_from_page_to_page) {
  Story story;
  Service& service = story.service;
  std::string target = "/v1/log?limit=2";
  events::Position expected = 0;
  events::Hash previous{};
  while (!target.empty()) {
    const Said page = service.get(target, auditor(service));
    ASSERT_EQ(page.status, 200) << page.body;
    std::size_t from = 0;
    for (std::size_t end = page.body.find('\n'); end != std::string::npos; end = page.body.find('\n', from)) {
      const auto line = log::parse_export_line(page.body.substr(from, end - from));
      ASSERT_TRUE(line) << line.error();
      if (from == 0) {
        EXPECT_TRUE(std::holds_alternative<log::ExportHeader>(*line));
      } else {
        const auto& entry = std::get<log::Entry>(*line);
        EXPECT_EQ(entry.position, expected++);
        EXPECT_EQ(events::chain_link(entry.record.bytes)->previous, previous);
        previous = entry.record.hash;
      }
      from = end + 1;
    }
    const std::string link = page.header("Link");
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(expected, service.position() + 1);
}

}  // namespace
}  // namespace almanac::api
