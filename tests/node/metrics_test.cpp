#include "services/node/metrics.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "services/api/request_figures.hpp"
#include "services/api/routes.hpp"
#include "services/node/process_figures.hpp"

namespace almanac::node {
namespace {

TEST(Metrics, have_a_page_that_names_each_of_them) {
  std::ifstream file(ALMANAC_SOURCE_DIR "/docs/metrics.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  std::string rows;
  for (const auto& metric : metric_names()) {
    rows += "| `" + std::string(metric.name) + "` | " + std::string(metric.help) + " |\n";
  }
  EXPECT_EQ(page.substr(page.find("|---|---|\n") + 10), rows);
}

TEST(Metrics, have_names_of_their_own_and_units_where_they_need_them) {
  std::set<std::string_view> names;
  for (const auto& metric : metric_names()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
  }
}

TEST(RequestFigures, count_by_route_and_status) {
  api::RequestFigures figures;
  const auto now = std::chrono::steady_clock::now();
  const auto* route = &api::routes()[0];
  figures.answered(route, 200, now);
  figures.answered(route, 200, now);
  figures.answered(route, 422, now - std::chrono::seconds(1));
  figures.answered(nullptr, 404, now);
  const auto seen = figures.look();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].operation, route->operation);
  EXPECT_EQ(seen[0].by_status, (std::vector<std::pair<int, std::uint64_t>>{{200, 2}, {422, 1}}));
  EXPECT_EQ(seen[1].operation, "none");
  EXPECT_EQ(seen[0].latency[11], 1U) << "a second lies between half a second and two";
  EXPECT_GE(seen[0].latency_us_sum, 1'000'000U);
}

TEST(ProcessFigures, are_those_of_a_living_process) {
  const auto figures = figures_of_this_process();
  EXPECT_GT(figures.resident_bytes, 1U << 20);
  EXPECT_GE(figures.open_descriptors, 3U);
}

}  // namespace
}  // namespace almanac::node
