#include "services/cli/log_pages.hpp"

#include <gmock/gmock.h>

#include "tests/api/support/server.hpp"

namespace almanac::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* first_page = "/v1/log?limit=1000";

api::Response page(std::string body) {
  api::Response response = api::testing::plain(std::move(body));
  response.header("Almanac-Read-To", "0");
  return response;
}

/// A node that answers the first page with these bytes.
api::testing::Server answering(const std::string& body) {
  return api::testing::Server([&](auto&, api::testing::RecordingHandler& handler) {
    handler.route(first_page, [body](api::Request&&, api::Reply reply) { reply(page(body)); });
  });
}

Client client_of(const api::testing::Server& server) {
  return Client("http://127.0.0.1:" + std::to_string(server.port()), "token");
}

TEST(LogPages, reads_no_more_of_a_page_than_it_may) {
  const auto server = answering(std::string(100'000, 'x'));
  LogPages pages(client_of(server), 1000);
  const auto read = pages.next();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, HasSubstr("it is longer than 1000 bytes"));
  EXPECT_FALSE(pages.no_page()) << "the node answered";
}

TEST(LogPages, of_as_many_bytes_as_it_may_read_judges_what_they_say) {
  const auto server = answering(std::string(999, 'x') + "\n");
  LogPages pages(client_of(server), 1000);
  const auto read = pages.next();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, HasSubstr("line 1 is not JSON"));
}

TEST(LogPages, that_do_not_come_say_nothing_of_the_log) {
  LogPages pages(Client("http://127.0.0.1:1", "token"));
  EXPECT_FALSE(pages.next());
  ASSERT_TRUE(pages.no_page());
  EXPECT_TRUE(std::holds_alternative<std::string>(*pages.no_page()));
}

}  // namespace
}  // namespace almanac::cli
