#include <gtest/gtest.h>

#include <thread>

#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

namespace almanac::api::testing {
namespace {

using namespace std::chrono_literals;

/// One timeout is short, all others are far away, so that the one that fires is known.
void far_away(TransportSettings& settings) {
  settings.head_timeout = settings.body_timeout = settings.idle_timeout = settings.write_timeout = 60s;
}

TEST(Timeouts, a_head_that_does_not_come_to_an_end_is_408_and_closed) {
  Server server([](TransportSettings& settings, auto&) {
    far_away(settings);
    settings.head_timeout = 40ms;
  });
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 408);
  EXPECT_EQ(answers[0].header("connection"), "close");
  EXPECT_EQ(answers[0].header("almanac-position"), "42");
}

TEST(Timeouts, a_head_that_drips_is_bounded_as_a_whole) {
  Server server([](TransportSettings& settings, auto&) {
    far_away(settings);
    settings.head_timeout = 100ms;
  });
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  // Each byte alone is quicker than the timeout; sending fails once the server has closed.
  client.patience = 1ms;
  const auto begun = std::chrono::steady_clock::now();
  while (client.send("X") && std::chrono::steady_clock::now() - begun < 10s)
    std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
}

TEST(Timeouts, a_connection_that_never_says_anything_is_closed_without_a_word) {
  Server server([](TransportSettings& settings, auto&) {
    far_away(settings);
    settings.head_timeout = 40ms;
  });
  RawClient client(server.port());
  EXPECT_TRUE(client.closes());
}

TEST(Timeouts, a_body_that_does_not_come_to_an_end_is_408_and_closed) {
  Server server([](TransportSettings& settings, auto&) {
    far_away(settings);
    settings.body_timeout = 40ms;
  });
  for (const char* framing :
       {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
    const auto answers = client.read_until_closed();
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, 408);
    EXPECT_EQ(answers[0].header("x-had-head"), "yes");
  }
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(Timeouts, an_idle_connection_is_closed_without_a_word) {
  Server server([](TransportSettings& settings, auto&) {
    far_away(settings);
    settings.idle_timeout = 40ms;
  });
  RawClient client(server.port());
  client.send(get("/"));
  EXPECT_EQ(client.read_answer()->status, 200);
  EXPECT_TRUE(client.closes());
}

TEST(Timeouts, a_handler_that_takes_long_is_not_taken_for_an_idle_client) {
  Reply late;
  Server server([&](TransportSettings& settings, RecordingHandler& handler) {
    settings.idle_timeout = settings.head_timeout = settings.body_timeout = 20ms;
    handler.route("/late", [&](Request&&, Reply reply) { late = std::move(reply); });
  });
  RawClient client(server.port());
  client.send(get("/late"));
  server.handler.wait_for_requests(1);
  // Idle timeouts of another connection pass meanwhile.
  RawClient idle(server.port());
  EXPECT_TRUE(idle.closes());
  late(plain("at last"));
  EXPECT_EQ(client.read_answer()->body, "at last");
}

TEST(Timeouts, a_client_that_does_not_take_its_answer_is_cut_off) {
  Server server([](TransportSettings& settings, RecordingHandler& handler) {
    far_away(settings);
    settings.write_timeout = 40ms;
    settings.socket_send_buffer = 4096;
    handler.route("/big", [](Request&&, Reply reply) { reply(plain(std::string(300'000, 'x'))); });
  });
  RawClient client(server.port(), 4096);
  client.send(get("/big"));
  // Asking for nothing, it is closed; a second connection's answer shows that the server goes on.
  while (server.listener->figures().timeouts.load() == 0)
    std::this_thread::yield();
  RawClient other(server.port());
  other.send(get("/x"));
  EXPECT_EQ(other.read_answer()->status, 200);
}

}  // namespace
}  // namespace almanac::api::testing
