#include <gtest/gtest.h>

#include <thread>

#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

namespace almanac::api::testing {
namespace {

using namespace std::chrono_literals;

TEST(Listener, takes_a_free_port_and_says_which) {
  Server server;
  EXPECT_NE(server.port(), 0);
  EXPECT_EQ(server.listener->address(), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(Listener, refuses_a_port_that_another_listener_has) {
  Server first;
  RecordingHandler handler;
  TransportSettings settings;
  settings.port = first.port();
  const auto second = Listener::open(settings, handler);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("in use"), std::string::npos) << second.error();
}

TEST(Listener, refuses_an_address_that_is_none) {
  RecordingHandler handler;
  TransportSettings settings;
  settings.address = "localhost!";
  EXPECT_FALSE(Listener::open(settings, handler));
}

TEST(Listener, serves_ipv6) {
  Server server([](TransportSettings& settings, auto&) { settings.address = "::1"; });
  EXPECT_EQ(server.listener->address(), "[::1]:" + std::to_string(server.port()));
}

TEST(Listener, serves_from_several_threads) {
  Server server([](TransportSettings& settings, auto&) { settings.threads = 3; });
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      RawClient client(server.port());
      for (int n = 0; n < 50; ++n) {
        client.send(post("/x", std::string(static_cast<std::size_t>(n) * 100, 'b')));
        EXPECT_EQ(client.read_answer()->status, 200);
      }
    });
  for (auto& client : clients)
    client.join();
  EXPECT_EQ(server.handler.seen().size(), 400u);
}

TEST(Listener, says_503_to_a_connection_too_many_and_serves_again_when_one_leaves) {
  Server server([](TransportSettings& settings, auto&) { settings.max_connections = 2; });
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second(server.port());
  for (RawClient* client : {first.get(), &second}) {
    client->send(get("/"));
    EXPECT_EQ(client->read_answer()->status, 200);
  }
  {
    RawClient third(server.port());
    third.send(get("/"));
    const auto answers = third.read_until_closed();
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, 503);
    EXPECT_EQ(answers[0].header("retry-after"), "1");
    EXPECT_EQ(answers[0].header("almanac-position"), "42");
  }
  first.reset();
  while (server.listener->figures().connections_open.load() > 1)
    std::this_thread::yield();
  RawClient fourth(server.port());
  fourth.send(get("/"));
  EXPECT_EQ(fourth.read_answer()->status, 200);
  EXPECT_EQ(server.listener->figures().connections_refused.load(), 1u);
}

TEST(Listener, stops_only_after_a_request_whose_head_was_read_is_answered) {
  Reply late;
  Server server([&](auto&, RecordingHandler& handler) {
    handler.route("/late", [&](Request&&, Reply reply) { late = std::move(reply); });
  });
  RawClient waiting(server.port()), half_body(server.port()), half_head(server.port()), idle(server.port());
  idle.send(get("/"));
  EXPECT_EQ(idle.read_answer()->status, 200);
  half_head.send("GET / HTTP/1.1\r\nHo");
  half_body.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(half_body.read_answer()->status, 100);
  waiting.send(get("/late"));
  server.handler.wait_for_requests(2);

  std::thread stopping([&] { server.listener->stop(); });
  EXPECT_TRUE(idle.closes());
  EXPECT_TRUE(half_head.closes());
  half_body.send("body");
  const auto body = half_body.read_until_closed();
  ASSERT_EQ(body.size(), 1u);
  EXPECT_EQ(body[0].body, "POST /body body");
  EXPECT_EQ(body[0].header("connection"), "close");
  late(plain("done"));
  const auto answers = waiting.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].body, "done");
  stopping.join();
}

TEST(Listener, stops_in_time_when_a_request_is_never_answered) {
  Reply kept;
  Server server([&](TransportSettings& settings, RecordingHandler& handler) {
    settings.drain_timeout = 30ms;
    handler.route("/never", [&](Request&&, Reply reply) { kept = std::move(reply); });
  });
  RawClient client(server.port());
  client.send(get("/never"));
  server.handler.wait_for_requests(1);
  server.listener->stop();
  EXPECT_TRUE(client.closes());
}

TEST(Listener, accepts_nothing_after_stop) {
  Server server;
  const std::uint16_t port = server.port();
  server.listener->stop();
  RecordingHandler handler;
  TransportSettings settings;
  settings.port = port;
  EXPECT_TRUE(Listener::open(settings, handler)) << "the port is free again";
}

}  // namespace
}  // namespace almanac::api::testing
