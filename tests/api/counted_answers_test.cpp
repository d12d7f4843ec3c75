// What is counted of a request, told of it, and limited by it, on a whole service without sockets.
#include <gmock/gmock.h>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;

TEST(CountedAnswers, counted_answers_carry_the_figures_and_a_429_says_when_to_come_back) {
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

TEST(CountedAnswers, a_refusal_before_the_body_is_counted_limited_and_told_like_any_other) {
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

TEST(CountedAnswers, a_small_body_that_is_refused_is_counted_once) {
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

TEST(CountedAnswers, pages_out_of_the_cache_are_counted_as_pages) {
  Service service;
  service.get("/v1/models", service.acme());
  service.get("/v1/models", service.acme());
  const auto figures = service.figures.look();
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].by_status, (std::vector{std::pair(200, std::uint64_t{2})}));
}

}  // namespace
}  // namespace almanac::api
