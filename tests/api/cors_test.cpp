#include "services/api/access/cors.hpp"

#include <gtest/gtest.h>

namespace almanac::api {
namespace {

Request request(std::string_view method, std::vector<std::pair<std::string, std::string>> headers) {
  Request made;
  made.start(method, "/v1/models", 1);
  for (const auto& [name, value] : headers)
    made.add(name, value);
  return made;
}

Cors two_origins() {
  return Cors::parse("https://app.example.com, http://localhost:3000").value();
}

TEST(Cors, lets_a_configured_origin_read_what_is_listed) {
  Response response;
  two_origins().stamp(request("GET", {{"Origin", "http://localhost:3000"}}), response);
  EXPECT_NE(response.headers.find("Access-Control-Allow-Origin: http://localhost:3000\r\n"),
            std::string::npos);
  for (const char* name : {"ETag", "Location", "Retry-After", "Almanac-Position", "Almanac-As-Of",
                           "Almanac-Age", "Almanac-Read-To", "Idempotency-Replayed", "Deprecation", "Sunset",
                           "Link", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"})
    EXPECT_NE(response.headers.find(name), std::string::npos) << name;
  EXPECT_EQ(response.headers.find("Credentials"), std::string::npos);
}

TEST(Cors, every_answer_varies_by_origin_but_others_are_let_read_nothing) {
  for (const char* origin : {"https://evil.example", "https://app.example.com.evil.example", "null",
                             "https://app.example.com:444", "http://app.example.com"}) {
    Response response;
    two_origins().stamp(request("GET", {{"Origin", origin}}), response);
    EXPECT_EQ(response.headers, "Vary: Origin\r\n") << origin;
  }
  Response response;
  two_origins().stamp(request("GET", {}), response);
  EXPECT_EQ(response.headers, "Vary: Origin\r\n");
}

TEST(Cors, without_origins_says_nothing) {
  Response response;
  const Cors none = Cors::parse("").value();
  EXPECT_FALSE(none.on());
  none.stamp(request("GET", {{"Origin", "https://app.example.com"}}), response);
  EXPECT_EQ(response.headers, "");
}

TEST(Cors, answers_a_preflight_with_methods_and_headers) {
  const auto answer = two_origins().preflight(
      request("OPTIONS", {{"Origin", "https://app.example.com"}, {"Access-Control-Request-Method", "PATCH"}}),
      "GET, HEAD, PATCH");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  EXPECT_NE(answer->headers.find("Access-Control-Allow-Methods: GET, HEAD, PATCH\r\n"), std::string::npos);
  for (const char* name : {"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match",
                           "Almanac-Min-Position", "Almanac-Reason", "Last-Event-ID", "traceparent"})
    EXPECT_NE(answer->headers.find(name), std::string::npos) << name;
  EXPECT_NE(answer->headers.find("Vary: Origin\r\n"), std::string::npos);
}

TEST(Cors, what_is_no_preflight_of_an_allowed_origin_is_left_alone) {
  const Cors cors = two_origins();
  const std::pair<std::string, std::string> ours{"Origin", "https://app.example.com"};
  const std::pair<std::string, std::string> asks{"Access-Control-Request-Method", "PATCH"};
  EXPECT_FALSE(cors.preflight(request("GET", {ours, asks}), "GET"));
  EXPECT_FALSE(cors.preflight(request("OPTIONS", {ours}), "GET"));
  EXPECT_FALSE(cors.preflight(request("OPTIONS", {asks}), "GET"));
  EXPECT_FALSE(cors.preflight(request("OPTIONS", {{"Origin", "https://evil.example"}, asks}), "GET"));
  EXPECT_FALSE(Cors().preflight(request("OPTIONS", {ours, asks}), "GET"));
}

TEST(Cors, refuses_a_setting_that_names_no_origin) {
  for (const char* setting :
       {"*", "app.example.com", "https://app.example.com/", "https://a,,https://b", "null", "https://",
        "https://u@h", "https://App.example.com", "https://a/b", "https://a?b"}) {
    const auto parsed = Cors::parse(setting);
    EXPECT_FALSE(parsed) << setting;
  }
}

}  // namespace
}  // namespace almanac::api
