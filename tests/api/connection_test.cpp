#include <gtest/gtest.h>

#include <thread>

#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

namespace almanac::api::testing {
namespace {

using namespace std::chrono_literals;

TEST(Connection, answers_a_get_with_date_and_length) {
  Server server;
  RawClient client(server.port());
  client.send(get("/v1/models"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "GET /v1/models ");
  EXPECT_EQ(answer->header("date").size(), 29u);
  EXPECT_EQ(answer->header("connection"), "");
}

TEST(Connection, keeps_the_connection_for_the_next_request) {
  Server server;
  RawClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    client.send(get("/" + std::to_string(i)));
    EXPECT_EQ(client.read_answer()->body, "GET /" + std::to_string(i) + " ");
  }
}

TEST(Connection, answers_pipelined_requests_in_order) {
  Server server;
  RawClient client(server.port());
  std::string pipeline;
  for (int i = 0; i < 50; ++i)
    pipeline += i % 3 == 0 ? post("/" + std::to_string(i), "b") : get("/" + std::to_string(i));
  client.send(pipeline);
  for (int i = 0; i < 50; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_NE(answer->body.find("/" + std::to_string(i) + " "), std::string::npos) << answer->body;
  }
}

TEST(Connection, answers_pipelined_requests_in_order_when_some_are_answered_late_by_other_threads) {
  std::vector<std::thread> late;
  Server server([&](auto&, RecordingHandler& handler) {
    handler.route("/late", [&](Request&& request, Reply reply) {
      late.emplace_back([request = std::move(request), reply = std::move(reply)]() mutable {
        reply(plain("late " + request.body));
      });
    });
  });
  RawClient client(server.port());
  std::string pipeline;
  for (int i = 0; i < 20; ++i)
    pipeline += post(i % 2 ? "/late" : "/now", std::to_string(i));
  client.send(pipeline);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(client.read_answer()->body, (i % 2 ? "late " : "POST /now ") + std::to_string(i));
  for (auto& thread : late)
    thread.join();
}

/// The value of a header as the handler saw it with request number `i`.
std::string seen_header(Server& server, std::size_t i, const std::string& name) {
  const std::vector<Seen> seen = server.handler.seen();
  for (const auto& [key, value] : seen.at(i).headers)
    if (key == name) return value;
  return "";
}

TEST(Connection, headers_that_a_client_repeats_are_those_of_each_request) {
  Server server;
  RawClient client(server.port());
  const auto with = [](const std::string& token) { return "Authorization: " + token + "\r\n"; };
  client.send(get("/0", with("one")) + get("/1", with("one")) + get("/2", with("two")) +
              get("/3", with("two")) + get("/4") + get("/5", with("one")) + post("/6", "", "X-Other: 1\r\n") +
              get("/7", with("one")) + "GET /8 HTTP/1.1\r\nHost: a\r\nAuthorization: si\r\n\r\n" +
              get("/9", with("one")));
  const std::vector<std::string> tokens{"one", "one", "two", "two", "", "one", "", "one", "si", "one"};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    ASSERT_EQ(client.read_answer()->status, 200);
    EXPECT_EQ(server.handler.seen().at(i).target, "/" + std::to_string(i));
    EXPECT_EQ(seen_header(server, i, "Authorization"), tokens[i]) << i;
  }
}

TEST(Connection, a_request_with_a_body_between_two_that_repeat_lends_them_nothing) {
  Server server;
  RawClient client(server.port());
  const std::string first = get("/a", "Authorization: ann\r\n");
  // As many header lines as the others, so that only their bytes tell them apart.
  const std::string between = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
  client.send(first + between + first);
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(client.read_answer()->status, 200);
  EXPECT_EQ(seen_header(server, 0, "Authorization"), "ann");
  EXPECT_EQ(seen_header(server, 1, "Authorization"), "");
  EXPECT_EQ(seen_header(server, 2, "Authorization"), "ann");
  EXPECT_EQ(seen_header(server, 2, "Content-Length"), "");
}

TEST(Connection, repeated_headers_are_there_again_for_a_handler_that_took_the_request) {
  std::vector<Request> taken;
  Server server([&](auto&, RecordingHandler& handler) {
    handler.route("/take", [&](Request&& request, Reply reply) {
      taken.push_back(std::move(request));
      reply(plain("x"));
    });
  });
  RawClient client(server.port());
  const std::string request = get("/take", "Authorization: ann\r\n");
  client.send(request + request + request);
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(client.read_answer()->status, 200);
  for (const Request& one : taken)
    EXPECT_EQ(one.header("authorization").value_or(""), "ann");
}

TEST(Connection, a_repeating_client_is_held_to_the_request_line_like_any_other) {
  for (const char* line :
       {"GET /a/%zz HTTP/1.1", "GET /caf\xc3\xa9 HTTP/1.1", "GET * HTTP/1.1", "GET  /a HTTP/1.1",
        "GET /a  HTTP/1.1", "GET /a HTTP/1.2", "GET HTTP/1.1", "GET x HTTP/1.1"}) {
    Server server;
    RawClient client(server.port());
    client.send(get("/a"));
    ASSERT_EQ(client.read_answer()->status, 200);
    client.send(std::string(line) + "\r\nHost: a\r\n\r\n");
    const auto answers = client.read_until_closed();
    ASSERT_EQ(answers.size(), 1u) << line;
    EXPECT_GE(answers[0].status, 400) << line;
    EXPECT_EQ(server.handler.seen().size(), 1u) << line;
  }
}

TEST(Connection, takes_a_request_that_comes_byte_by_byte) {
  Server server;
  RawClient client(server.port());
  const std::string request =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=1\r\nde\r\n0\r\n\r\n";
  for (const char c : request)
    client.send({&c, 1});
  EXPECT_EQ(client.read_answer()->body, "POST /x abcde");
}

TEST(Connection, leaves_the_body_out_for_head_and_keeps_its_length) {
  Server server;
  RawClient client(server.port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.read_answer(true);
  EXPECT_EQ(answer->header("content-length"), std::to_string(std::string("HEAD /abc ").size()));
  client.send(get("/next"));
  EXPECT_EQ(client.read_answer()->body, "GET /next ");
}

TEST(Connection, sends_neither_body_nor_length_with_204_and_304) {
  Server server([](auto&, RecordingHandler& handler) {
    for (const int status : {204, 304})
      handler.route("/" + std::to_string(status), [status](Request&&, Reply reply) {
        Response response = plain("not to be seen");
        response.status = status;
        reply(std::move(response));
      });
  });
  RawClient client(server.port());
  client.send(get("/204") + get("/304") + get("/x"));
  for (const int status : {204, 304}) {
    const auto answer = client.read_answer();
    EXPECT_EQ(answer->status, status);
    EXPECT_EQ(answer->headers.count("content-length"), 0u);
  }
  EXPECT_EQ(client.read_answer()->body, "GET /x ");
}

TEST(Connection, closes_when_the_request_asks_for_it) {
  Server server;
  RawClient client(server.port());
  client.send(get("/a", "Connection: close\r\n") + get("/b"));
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].header("connection"), "close");
}

TEST(Connection, closes_after_http_1_0_unless_it_asks_to_stay) {
  Server server;
  RawClient closing(server.port());
  closing.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closing.read_until_closed().size(), 1u);
  RawClient staying(server.port());
  staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(staying.read_answer()->header("connection"), "keep-alive");
  staying.send(get("/again"));
  EXPECT_EQ(staying.read_answer()->body, "GET /again ");
}

TEST(Connection, an_expectation_of_100_gets_its_100_before_the_body) {
  Server server;
  RawClient client(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer()->status, 100);
  client.send("abc");
  EXPECT_EQ(client.read_answer()->body, "POST /x abc");
}

TEST(Connection, a_refusal_at_the_head_comes_instead_of_the_100_and_of_reading_the_body) {
  Server server([](auto&, RecordingHandler& handler) {
    handler.admission = [](const Request&) {
      Response refusal = plain("who are you?");
      refusal.status = 401;
      return Handler::Admission{10, std::move(refusal)};
    };
  });
  RawClient client(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\nExpect: 100-continue\r\n\r\n");
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 401);
  EXPECT_EQ(answers[0].header("connection"), "close");
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(Connection, a_refusal_reaches_a_client_that_is_still_sending_its_body) {
  Server server([](auto&, RecordingHandler& handler) {
    handler.admission = [](const Request&) { return Handler::Admission{10, std::nullopt}; };
  });
  RawClient client(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + std::string(100'000, 'x'));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->header("content-type"), "application/problem+json");
  EXPECT_EQ(answer->header("almanac-position"), "42");
}

TEST(Connection, a_chunked_body_over_the_limit_is_413) {
  Server server([](auto&, RecordingHandler& handler) {
    handler.admission = [](const Request&) { return Handler::Admission{10, std::nullopt}; };
  });
  RawClient client(server.port());
  client.send(
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n");
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 413);
}

TEST(Connection, a_large_body_comes_whole) {
  Server server;
  RawClient client(server.port());
  const std::string body(1u << 20, 'x');
  client.send(post("/big", body));
  EXPECT_EQ(client.read_answer()->body.size(), body.size() + 10);
}

TEST(Connection, a_handler_that_throws_is_a_500_and_the_connection_lives) {
  Server server([](auto&, RecordingHandler& handler) {
    handler.route("/throws", [](Request&&, Reply) { throw std::runtime_error("no"); });
    handler.route("/drops", [](Request&&, Reply) {});
    handler.route("/drops-elsewhere",
                  [](Request&&, Reply reply) { std::thread([reply = std::move(reply)] {}).detach(); });
  });
  RawClient client(server.port());
  for (const char* target : {"/throws", "/drops", "/drops-elsewhere"}) {
    client.send(get(target));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 500);
    EXPECT_EQ(answer->header("almanac-position"), "42");
    EXPECT_NE(answer->body.find("urn:almanac:request:"), std::string::npos);
  }
  client.send(get("/fine"));
  EXPECT_EQ(client.read_answer()->status, 200);
}

TEST(Connection, a_reply_that_comes_after_the_client_left_and_the_server_stopped_is_harmless) {
  Reply kept;
  {
    Server server([&](TransportSettings& settings, RecordingHandler& handler) {
      settings.drain_timeout = 20ms;
      handler.route("/keep", [&](Request&&, Reply reply) { kept = std::move(reply); });
    });
    RawClient client(server.port());
    client.send(get("/keep"));
    server.handler.wait_for_requests(1);
    server.listener->stop();
  }
  kept(plain("nobody listens"));
}

TEST(Connection, no_header_value_starts_a_header_of_its_own) {
  Server server([](auto&, RecordingHandler& handler) {
    handler.route("/x", [](Request&&, Reply reply) {
      reply(std::move(plain("x").header("X-Echo", "a\r\nSet-Cookie: evil")));
    });
  });
  RawClient client(server.port());
  client.send(get("/x"));
  const auto answer = client.read_answer();
  EXPECT_EQ(answer->headers.count("set-cookie"), 0u);
  EXPECT_EQ(answer->header("x-echo"), "a  Set-Cookie: evil");
}

}  // namespace
}  // namespace almanac::api::testing
