// Rates for billing, through the whole service.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string reader(const Service& service, const std::string& organization = "acme") {
  return service.token(organization, "events:read");
}
std::string auditor(const Service& service) {
  return service.token("ops", "events:read:all");
}

/// A parent at 0.1, acme's model on it from the next day, the rival's from the one after; now is a day later.
struct Story {
  Story() {
    parent = service.system_model("m", R"(,"creditMultiplier":0.1)");
    service.advance(24h);
    own = service.user_model(parent);
    service.advance(24h);
    rivals = service
                 .post("/v1/models", service.rival(),
                       R"({"parentModelId":")" + parent + R"(","displayName":"Rival's secret"})")
                 .text("id");
    service.advance(24h);
  }

  std::string day(int days) const { return events::Instant{service.clock.ms + days * 86'400'000LL}.text(); }
  std::string target(int from, int to, const std::string& more = "") const {
    return "/v1/billing/rates?from=" + day(from) + "&to=" + day(to) + more;
  }
  Said rates(int from, int to, const std::string& more = "") {
    return service.get(target(from, to, more), reader(service));
  }
  void price(const std::string& body) {
    const Said said = service.put("/v1/models/" + parent + "/pricing", service.operators(), body);
    ASSERT_EQ(said.status, 200) << said.body;
  }
  /// `from..to price state` in days from now.
  std::vector<std::string> told(const Said& said) const {
    std::vector<std::string> texts;
    for (std::size_t i = 0;; ++i) {
      const std::string item = "items/" + std::to_string(i) + "/";
      if (said.at(item + "modelId").empty()) return texts;
      const auto days = [&](const std::string& name) {
        const auto at = events::Instant::parse(said.text(item + name)).value();
        return std::to_string((at.ms - service.clock.ms) / 86'400'000LL);
      };
      texts.push_back(days("from") + ".." + days("to") + " " + said.at(item + "creditMultiplier") + " " +
                      said.text(item + "lifecycleState"));
    }
  }
  std::vector<std::string> of_own(int from, int to) { return told(rates(from, to, "&modelId=" + own)); }

  Service service;
  std::string parent, own, rivals;
};

TEST(Billing, an_interval_says_who_paid_what_to_whom_and_which_event_opened_it) {
  Story story;
  const Said said = story.rates(-10, 10, "&modelId=" + story.own);
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.body, R"({"items":[{"modelId":")" + story.own + R"(","organizationId":"acme","pricedBy":")" +
                           story.parent + R"(","from":")" + story.day(-2) + R"(","to":")" + story.day(10) +
                           R"(","creditMultiplier":"0.1","modelTier":"standard","provider":"p",)" +
                           R"("modelName":"m","lifecycleState":"active","sequence":"3"}],)" +
                           R"("hasMore":false,"nextCursor":null,"completeThrough":")" + story.day(-1) +
                           R"("})");
  EXPECT_EQ(said.header("Almanac-Position"), "4");
  const Said system_model = story.rates(-10, 10, "&modelId=" + story.parent);
  EXPECT_EQ(system_model.at("items/0/organizationId"), "null");
  EXPECT_EQ(system_model.text("items/0/pricedBy"), story.parent);
}

TEST(Billing, a_price_of_today_leaves_yesterday_as_it_was) {
  Story story;
  const auto yesterday = story.told(story.rates(-1, 0, "&modelId=" + story.own));
  EXPECT_THAT(yesterday, ElementsAre(R"(-1..0 "0.1" active)"));
  story.price(R"({"creditMultiplier":0.3})");
  EXPECT_EQ(story.told(story.rates(-1, 0, "&modelId=" + story.own)), yesterday);
  EXPECT_THAT(story.of_own(-10, 10), ElementsAre(R"(-2..0 "0.1" active)", R"(0..10 "0.3" active)"));
}

TEST(Billing, decimals_are_exact_text) {
  Story story;
  std::int64_t millionths = 0;
  for (const char* price : {"0.1", "0.2"}) {
    story.price(std::string(R"({"creditMultiplier":)") + price + "}");
    const Said said = story.rates(0, 1, "&modelId=" + story.own);
    EXPECT_EQ(said.text("items/0/creditMultiplier"), price);
    millionths += events::Multiplier::parse(said.text("items/0/creditMultiplier"))->millionths;
  }
  EXPECT_EQ(events::Multiplier{millionths}.text(), "0.3");
  story.price(R"({"creditMultiplier":1e-6})");
  EXPECT_EQ(story.rates(0, 1).text("items/0/creditMultiplier"), "0.000001");
}

TEST(Billing, a_future_price_is_told_ahead_and_holds_by_itself_unless_it_is_taken_back) {
  Story story;
  story.price(R"({"creditMultiplier":2,"effectiveAt":")" + story.day(3) + R"("})");
  EXPECT_THAT(story.of_own(0, 10), ElementsAre(R"(0..3 "0.1" active)", R"(3..10 "2" active)"));
  story.service.advance(4 * 24h);
  EXPECT_THAT(story.of_own(-2, 1), ElementsAre(R"(-2..-1 "0.1" active)", R"(-1..1 "2" active)"));
  story.price(R"({"creditMultiplier":3,"effectiveAt":")" + story.day(3) + R"("})");
  EXPECT_THAT(story.of_own(0, 10), ElementsAre(R"(0..3 "2" active)", R"(3..10 "3" active)"));
  story.service.del("/v1/models/" + story.parent + "/pricing", story.service.operators());
  EXPECT_THAT(story.of_own(0, 10), ElementsAre(R"(0..10 "2" active)"));
}

TEST(Billing, unpriced_is_null_and_never_a_number) {
  Story story;
  story.price(R"({"creditMultiplier":null})");
  EXPECT_THAT(story.of_own(-1, 1), ElementsAre(R"(-1..0 "0.1" active)", "0..1 null active"));
}

TEST(Billing, re_pointing_moves_a_model_to_another_price) {
  Story story;
  const std::string other = story.service.system_model("n", R"(,"creditMultiplier":5)");
  const Said moved = story.service.patch("/v1/models/" + story.own, story.service.acme(),
                                         R"({"parentModelId":")" + other + R"("})");
  ASSERT_EQ(moved.status, 200) << moved.body;
  const Said said = story.rates(-1, 1, "&modelId=" + story.own);
  EXPECT_THAT(story.told(said), ElementsAre(R"(-1..0 "0.1" active)", R"(0..1 "5" active)"));
  EXPECT_EQ(said.text("items/1/pricedBy"), other);
  EXPECT_EQ(said.text("items/1/modelName"), "n");
  EXPECT_EQ(said.text("items/1/sequence"), moved.header("Almanac-Position"));
}

TEST(Billing, a_parents_end_of_life_is_told_ahead_and_what_was_restored_had_ended) {
  Story story;
  const std::string deprecation = "/v1/models/" + story.parent + "/deprecation";
  story.service.put(deprecation, story.service.operators(), R"({"endOfLifeAt":")" + story.day(2) + R"("})");
  EXPECT_THAT(story.of_own(-1, 5),
              ElementsAre(R"(-1..0 "0.1" active)", R"(0..2 "0.1" deprecated)", R"(2..5 "0.1" end_of_life)"));
  story.service.advance(3 * 24h);
  ASSERT_EQ(story.service.del(deprecation, story.service.operators()).status, 200);
  EXPECT_THAT(story.of_own(-4, 5), ElementsAre(R"(-4..-3 "0.1" active)", R"(-3..-1 "0.1" deprecated)",
                                               R"(-1..0 "0.1" end_of_life)", R"(0..5 "0.1" active)"));
}

TEST(Billing, a_deleted_model_has_cost_until_then) {
  Story story;
  ASSERT_EQ(story.service.del("/v1/models/" + story.own, story.service.acme()).status, 204);
  story.service.advance(24h);
  EXPECT_THAT(story.of_own(-10, 10), ElementsAre(R"(-3..-1 "0.1" active)"));
}

TEST(Billing, other_organisations_models_do_not_exist_but_for_those_who_may_see_all) {
  Story story;
  Service& service = story.service;
  const auto models = [&](const std::string& more, const std::string& token) {
    const Said said = service.get(story.target(-10, 10, more), token);
    EXPECT_EQ(said.status, 200) << said.body;
    std::vector<std::string> ids;
    for (std::size_t i = 0; !said.at("items/" + std::to_string(i)).empty(); ++i)
      ids.push_back(said.text("items/" + std::to_string(i) + "/modelId"));
    return ids;
  };
  EXPECT_THAT(models("", reader(service)), ElementsAre(story.parent, story.own));
  EXPECT_THAT(models("", reader(service, "rival")), ElementsAre(story.parent, story.rivals));
  EXPECT_THAT(models("&modelId=" + story.rivals, reader(service)), IsEmpty());
  EXPECT_THAT(models("&organizationId=rival", reader(service)), IsEmpty());
  EXPECT_THAT(models("&organizationId=acme", reader(service)), ElementsAre(story.own));
  EXPECT_THAT(models("", auditor(service)), ElementsAre(story.parent, story.own, story.rivals));
  EXPECT_THAT(models("&organizationId=rival", auditor(service)), ElementsAre(story.rivals));
  EXPECT_THAT(service.get(story.target(-10, 10), reader(service)).body, Not(HasSubstr("rival")));
  EXPECT_EQ(service.get(story.target(-10, 10), service.acme()).status, 403);
}

TEST(Billing, faults_of_the_query_are_all_named) {
  Story story;
  Service& service = story.service;
  const auto faults = [&](const std::string& query) {
    const Said said = service.get("/v1/billing/rates" + query, reader(service));
    EXPECT_EQ(said.status, 422) << said.body;
    return said.faults();
  };
  EXPECT_THAT(faults(""), ElementsAre("?from: is required", "?to: is required"));
  EXPECT_THAT(faults("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"),
              ElementsAre("?to: must lie after `from`"));
  EXPECT_THAT(faults("?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00%2B01:00"),
              ElementsAre("?to: must lie after `from`"));
  EXPECT_EQ(faults("?from=2026-01-01&modelId=7&organizationId=a/b&limit=0&actor=x&to=2026-01-01T00:00:00Z"
                   "&to=2026-01-01T00:00:00Z")
                .size(),
            6u);
}

TEST(Billing, a_page_goes_on_with_its_cursor_and_with_no_other) {
  Story story;
  Service& service = story.service;
  for (const char* price : {"1", "2", "3"}) {
    service.advance(24h);
    story.price(std::string(R"({"creditMultiplier":)") + price + "}");
  }
  const std::string all = story.target(-10, 10);
  std::vector<std::string> walked;
  std::string cursor;
  for (int pages = 0; pages < 20; ++pages) {
    const Said page = service.get(all + "&limit=3" + cursor, reader(service));
    ASSERT_EQ(page.status, 200) << page.body;
    for (auto& text : story.told(page))
      walked.push_back(std::move(text));
    if (page.at("hasMore") == "false") break;
    cursor = "&cursor=" + page.text("nextCursor");
    // The newest stand first, where the walk has been.
    service.system_model("during" + std::to_string(pages));
    EXPECT_EQ(service.get(story.target(-10, 9, cursor), reader(service)).status, 400);
    EXPECT_EQ(service.get(all + "&modelId=" + story.own + cursor, reader(service)).status, 400);
    EXPECT_EQ(service.get("/v1/models?limit=3" + cursor, service.acme()).status, 400);
  }
  EXPECT_THAT(walked, ElementsAre(R"(-6..-2 "0.1" active)", R"(-2..-1 "1" active)", R"(-1..0 "2" active)",
                                  R"(0..10 "3" active)", R"(-5..-2 "0.1" active)", R"(-2..-1 "1" active)",
                                  R"(-1..0 "2" active)", R"(0..10 "3" active)"));
  EXPECT_EQ(service.get(all + "&cursor=", reader(service)).status, 400);
}

TEST(Billing, complete_through_is_the_last_events_time_wherever_the_clock_stands) {
  Story story;
  const std::string last = story.rates(-1, 1).text("completeThrough");
  EXPECT_EQ(last, story.day(-1));
  const std::int64_t now = story.service.clock.ms;
  story.service.clock.ms -= 3 * 86'400'000LL;
  EXPECT_EQ(story.rates(-1, 1).text("completeThrough"), last);
  story.price(R"({"creditMultiplier":7})");  // log time stands still: it holds from the last event's time
  story.service.clock.ms = now;
  EXPECT_EQ(story.rates(-1, 1).text("completeThrough"), last);
  EXPECT_THAT(story.of_own(-2, 1), ElementsAre(R"(-2..-1 "0.1" active)", R"(-1..1 "7" active)"));
}

TEST(Billing, head_and_the_position_asked_for_are_as_everywhere) {
  Story story;
  Service& service = story.service;
  const Said get = story.rates(-1, 1);
  const Said head = service.ask({"HEAD", story.target(-1, 1), reader(service)});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Type"), get.header("Content-Type"));
  EXPECT_EQ(head.header("Almanac-Position"), get.header("Almanac-Position"));
  const auto at = [&](const std::string& position) {
    return service
        .ask({"GET", story.target(-1, 1), reader(service), "", {{"Almanac-Min-Position", position}}})
        .status;
  };
  EXPECT_EQ(at(std::to_string(service.position())), 200);
  EXPECT_EQ(at("x"), 400);
  EXPECT_EQ(service.get(story.target(-1, 1), "").status, 401);
  EXPECT_EQ(service.post(story.target(-1, 1), reader(service), "{}").header("Allow"), "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace almanac::api
