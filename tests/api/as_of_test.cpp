// Answers about the past: a model, the list and the catalogue with `asOf`.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using namespace std::chrono_literals;

TEST(AsOf, an_answer_about_the_past_is_the_answer_of_then_for_ever) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const std::string target = "/v1/models/" + id;
  const Said then = service.get(target, service.acme());
  const std::string position = then.header("Almanac-Position");
  service.advance(1h);
  service.patch(target, service.acme(), R"({"displayName":"Later"})");
  service.patch("/v1/models/" + parent, service.operators(), R"({"contextWindow":5})");
  service.del(target, service.acme());
  EXPECT_EQ(service.get(target, service.acme()).status, 404);

  const Said past = service.get(target + "?asOf=" + position, service.acme());
  ASSERT_EQ(past.status, 200) << past.body;
  EXPECT_EQ(past.body, then.body) << "parent and override together";
  EXPECT_EQ(past.header("ETag"), then.header("ETag"));
  EXPECT_EQ(past.header("Almanac-Position"), position);
  const std::string pair = past.header("Almanac-As-Of");
  EXPECT_EQ(pair.substr(0, pair.find('@')), position);
  const Said again = service.get(target + "?asOf=" + pair, service.acme());
  EXPECT_EQ(again.body, past.body);
  EXPECT_EQ(again.header("Almanac-As-Of"), pair);
  EXPECT_EQ(service.get(target + "?asOf=" + position, service.rival()).status, 404);
  EXPECT_EQ(service.get(target + "?asOf=1", service.acme()).status, 404) << "not yet created then";
}

TEST(AsOf, a_time_resolves_to_the_last_event_before_it_with_the_clock_there) {
  Service service;
  const std::string id = service.system_model("m");
  const std::string made = events::Instant{service.clock.ms}.text();
  service.put("/v1/models/" + id + "/deprecation", service.operators(),
              R"({"endOfLifeAt":")" + events::Instant{service.clock.ms + 3'600'000}.text() + "\"}");
  service.advance(2h);
  const std::string late = events::Instant{service.clock.ms}.text();
  service.advance(1h);
  service.del("/v1/models/" + id + "/deprecation", service.operators());
  const std::string target = "/v1/models/" + id + "?asOf=";
  EXPECT_EQ(service.get(target + late, service.acme()).text("lifecycleState"), "end_of_life");
  EXPECT_EQ(service.get(target + made, service.acme()).text("lifecycleState"), "deprecated");
  const std::string offset = late.substr(0, late.size() - 1) + "+00:00";
  EXPECT_EQ(service.get(target + offset, service.acme()).text("lifecycleState"), "end_of_life");
  const Said catalogue =
      service.get("/v1/models/catalog?lifecycleState=end_of_life&asOf=" + late, service.acme());
  EXPECT_EQ(catalogue.text("items/0/id"), id) << catalogue.body;
}

TEST(AsOf, a_list_of_then_has_what_was_deleted_since_and_not_what_was_made_since) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string a = service.user_model(parent, "a");
  const std::string b = service.user_model(parent, "b");
  const std::string position = std::to_string(service.position());
  service.del("/v1/models/" + a, service.acme());
  service.user_model(parent, "c");
  const Said first = service.get("/v1/models?limit=1&asOf=" + position, service.acme());
  EXPECT_EQ(first.text("items/0/id"), b) << first.body;
  const Said second = service.get(
      "/v1/models?limit=1&asOf=" + position + "&cursor=" + first.text("nextCursor"), service.acme());
  EXPECT_EQ(second.text("items/0/id"), a) << second.body;
  EXPECT_EQ(service.get("/v1/models?cursor=" + first.text("nextCursor"), service.acme()).status, 400)
      << "a cursor of then is not one of now";
}

TEST(AsOf, what_lies_ahead_or_elsewhere_is_refused) {
  Service service;
  const std::string id = service.user_model(service.system_model("m"));
  const auto status = [&](const std::string& as_of) {
    return service.get("/v1/models/" + id + "?asOf=" + as_of, service.acme()).status;
  };
  EXPECT_EQ(status("999"), 422);
  EXPECT_EQ(status("2999-01-01T00:00:00Z"), 422);
  EXPECT_EQ(status("1999-01-01T00:00:00Z"), 422);
  EXPECT_EQ(status("yesterday"), 422);
  EXPECT_EQ(status(""), 422);
  EXPECT_EQ(status("01"), 422);
  const std::string position = std::to_string(service.position());
  EXPECT_EQ(status(position + ".0123456789abcdef"), 409);
  EXPECT_EQ(status(position + ".0123"), 422);
  EXPECT_EQ(status(position + "@1999-01-01T00:00:00Z"), 422);
  EXPECT_EQ(service.del("/v1/models/" + id + "?asOf=1", service.acme()).status, 422)
      << "a write is about now";
}

TEST(AsOf, a_position_may_name_its_hash) {
  Service service;
  const std::string parent = service.system_model("m");
  const std::string id = service.user_model(parent);
  const events::Position at = service.position();
  service.patch("/v1/models/" + id, service.acme(), R"({"displayName":"x"})");
  const std::string hash = events::hex(service.events_from(at + 1).front().stamp.previous).substr(0, 16);
  const Said said =
      service.get("/v1/models/" + id + "?asOf=" + std::to_string(at) + "." + hash, service.acme());
  EXPECT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.text("displayName"), "Support");
}

}  // namespace
}  // namespace almanac::api
