// Walking a list page by page, on a whole service without sockets.
#include <gtest/gtest.h>

#include <set>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;

TEST(Paging, pages_lose_and_repeat_nothing_while_models_are_made) {
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

TEST(Paging, a_cursor_is_good_for_its_own_list_and_filters_alone) {
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

}  // namespace
}  // namespace almanac::api
