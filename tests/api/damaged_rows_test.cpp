// Read models that cannot be read: an answer that says so, never one from such rows, and a node that goes on.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using ::testing::HasSubstr;

struct Damage {
  Service service;
  std::string parent = service.system_model("m");
  std::string broken = service.user_model(parent, "Broken");
  std::string whole = service.user_model(parent, "Whole");

  Damage() {
    service.damage(broken);
    service.system_model("later");  // a commit, after which the row is seen
  }
};

TEST(DamagedRows, a_read_that_meets_them_answers_500_and_is_told) {
  Damage damage;
  const Said said = damage.service.get("/v1/models/" + damage.broken, damage.service.acme());
  EXPECT_EQ(said.status, 500);
  EXPECT_EQ(said.header("Content-Type"), "application/problem+json");
  EXPECT_THAT(said.text("detail"), HasSubstr("rebuilt from the log"));
  EXPECT_THAT(said.text("instance"), HasSubstr("urn:almanac:request:"));
  EXPECT_TRUE(said.has("Almanac-Position"));
  EXPECT_EQ(damage.service.damage_told.size(), 1U);
  EXPECT_EQ(damage.service.get("/v1/models", damage.service.acme()).status, 500) << "a page with it";
}

TEST(DamagedRows, other_rows_are_answered_as_before) {
  Damage damage;
  EXPECT_EQ(damage.service.get("/v1/models/" + damage.whole, damage.service.acme()).status, 200);
  EXPECT_EQ(damage.service.get("/v1/models/catalog", damage.service.acme()).status, 200);
  EXPECT_TRUE(damage.service.damage_told.empty());
}

TEST(DamagedRows, a_write_that_looks_at_them_before_it_is_sent_answers_500) {
  Damage damage;
  const Said said =
      damage.service.patch("/v1/models/" + damage.broken, damage.service.acme(), R"(["not an object"])");
  EXPECT_EQ(said.status, 500);
  EXPECT_EQ(damage.service.damage_told.size(), 1U);
}

TEST(DamagedRows, a_read_that_waited_for_its_position_answers_500_too) {
  Damage damage;
  Service& service = damage.service;
  const std::string at = std::to_string(service.position() + 1);
  const auto read = service.send(
      {"GET", "/v1/models/" + damage.broken, service.acme(), "", {{"Almanac-Min-Position", at}}});
  service.post("/v1/models/catalog", service.operators(),
               R"({"provider":"p","modelName":"n","displayName":"n","contextWindow":1})");
  const Said said = read();
  EXPECT_EQ(said.status, 500) << said.body;
}

}  // namespace
}  // namespace almanac::api
