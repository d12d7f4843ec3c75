// The description is made from the table of routes: nothing in one that is not in the other.
#include <gtest/gtest.h>

#include <set>

#include "services/api/description/documents.hpp"
#include "services/api/routes.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {
namespace {

events::json::Value document() {
  return events::json::parse(*openapi_document(), {std::size_t{4} << 20, 64}).value();
}

TEST(OpenApi, every_route_is_described_and_every_description_is_a_route) {
  std::set<std::string> table;
  for (const Route& route : routes())
    table.insert(std::string(name_of(route.method)) + " " + std::string(route.path));
  std::set<std::string> described;
  const auto whole = document();
  for (const auto& [path, methods] : whole.find("paths")->members) {
    for (const auto& [method, operation] : methods.members) {
      std::string upper = method;
      for (char& c : upper)
        c = static_cast<char>(std::toupper(c));
      described.insert(upper + " " + path);
    }
  }
  EXPECT_EQ(described, table);
}

TEST(OpenApi, every_problem_and_every_schema_that_a_route_names_is_there) {
  const auto whole = document();
  const auto* components = whole.find("components");
  const auto* responses = components->find("responses");
  for (const ProblemKind kind : all_problem_kinds())
    EXPECT_NE(responses->find(std::to_string(describe(kind).status)), nullptr) << describe(kind).name;
  for (const Route& route : routes()) {
    for (const std::string_view schema : {route.answers, route.takes}) {
      if (!schema.empty()) {
        EXPECT_NE(components->find("schemas")->find(schema), nullptr) << schema;
      }
    }
    for (const int status : route.problems)
      EXPECT_NE(responses->find(std::to_string(status)), nullptr) << route.operation << " " << status;
  }
}

TEST(OpenApi, the_page_loads_nothing_from_elsewhere) {
  const std::string& page = *docs_page();
  EXPECT_NE(page.find("/openapi.json"), std::string::npos);
  for (const char* elsewhere : {"http://", "https://", "src=", "@import", "url("})
    EXPECT_EQ(page.find(elsewhere), std::string::npos) << elsewhere;
}

TEST(Routes, each_route_is_one_thing_and_says_what_it_is) {
  std::set<std::string_view> names;
  for (const Route& route : routes()) {
    EXPECT_TRUE(names.insert(route.operation).second) << route.operation;
    const int kinds = (route.open != nullptr) + (route.read != nullptr) + (route.parse != nullptr);
    EXPECT_EQ(kinds, 1) << route.operation;
    EXPECT_EQ(route.parse != nullptr, route.render != nullptr) << route.operation;
    EXPECT_EQ(route.open == nullptr, route.scopes != 0) << route.operation << ": a token or none";
    EXPECT_EQ(route.body != BodyKind::none, !route.takes.empty()) << route.operation;
    EXPECT_FALSE(route.summary.empty()) << route.operation;
  }
}

}  // namespace
}  // namespace almanac::api
