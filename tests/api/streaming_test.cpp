#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <thread>

#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

namespace almanac::api::testing {
namespace {

using namespace std::chrono_literals;
using Pull = BodySource::Pull;

/// What a test and the source in the server share.
struct Script {
  std::mutex mutex;
  std::deque<std::string> pieces;
  Pull after = Pull::wait;  // when the pieces are out
  Waker waker;
  std::atomic<bool> started{false}, gone{false}, told_to_stop{false};
  std::atomic<std::size_t> pulls{0}, bytes{0};

  void say(std::string piece, Pull then = Pull::wait) {
    {
      const std::lock_guard lock(mutex);
      pieces.push_back(std::move(piece));
      after = then;
    }
    waker();
  }
};

class ScriptedSource final : public BodySource {
 public:
  explicit ScriptedSource(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  ~ScriptedSource() override { script_->gone = true; }
  void started(const Waker& waker) override {
    script_->waker = waker;
    script_->started = true;
  }
  void stopping() override { script_->told_to_stop = true; }
  Pull pull(std::string& out, std::size_t) override {
    ++script_->pulls;
    const std::lock_guard lock(script_->mutex);
    if (script_->told_to_stop) return Pull::end;
    if (script_->pieces.empty()) return script_->after;
    out += script_->pieces.front();
    script_->bytes += script_->pieces.front().size();
    script_->pieces.pop_front();
    return Pull::more;
  }

 private:
  std::shared_ptr<Script> script_;
};

/// Gives more for ever.
class EndlessSource final : public BodySource {
 public:
  explicit EndlessSource(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  ~EndlessSource() override { script_->gone = true; }
  Pull pull(std::string& out, std::size_t bytes_max) override {
    out.append(bytes_max, 'x');
    script_->bytes += bytes_max;
    return Pull::more;
  }

 private:
  std::shared_ptr<Script> script_;
};

template <class Source>
RecordingHandler::Route streams(const std::shared_ptr<Script>& script) {
  return [script](Request&&, Reply reply) {
    Response response;
    response.header("Content-Type", "text/event-stream");
    response.stream = std::make_unique<Source>(script);
    reply(std::move(response));
  };
}

template <class Condition>
void wait_until(Condition condition) {
  const auto begun = std::chrono::steady_clock::now();
  while (!condition()) {
    ASSERT_LT(std::chrono::steady_clock::now() - begun, 10s);
    std::this_thread::yield();
  }
}

TEST(Streaming, sends_pieces_as_they_come_and_goes_on_with_the_next_request) {
  const auto script = std::make_shared<Script>();
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send(get("/s") + get("/next"));
  wait_until([&] { return script->started.load(); });
  script->say("data: 1\n\n");
  std::string text;
  while (text.find("data: 1\n\n\r\n") == std::string::npos)
    text += client.read_some();
  EXPECT_NE(text.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
  script->say("data: 2\n\n", Pull::end);
  std::string rest;
  while (rest.find("GET /next ") == std::string::npos)
    rest += client.read_some();
  EXPECT_NE(rest.find("data: 2\n\n\r\n0\r\n\r\nHTTP/1.1 200 OK"), std::string::npos) << rest;
}

TEST(Streaming, a_finite_body_arrives_whole_whatever_its_size) {
  const auto script = std::make_shared<Script>();
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    script->pieces.push_back(
        std::string(static_cast<std::size_t>(i) * 997 % 70'000, static_cast<char>('a' + i % 26)));
    expected += script->pieces.back();
  }
  script->after = Pull::end;
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send(get("/s"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->whole);
  EXPECT_TRUE(answer->body == expected);
}

TEST(Streaming, an_aborted_body_is_seen_to_be_cut) {
  const auto script = std::make_shared<Script>();
  script->pieces.push_back("half");
  script->after = Pull::abort;
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send(get("/s"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "half");
  EXPECT_FALSE(answer->whole);
  EXPECT_TRUE(client.closes());
}

TEST(Streaming, http_1_0_gets_the_body_until_the_end_of_the_connection) {
  const auto script = std::make_shared<Script>();
  script->pieces = {"one ", "two"};
  script->after = Pull::end;
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->chunked);
  EXPECT_EQ(answer->body, "one two");
}

TEST(Streaming, head_gets_the_headers_alone) {
  const auto script = std::make_shared<Script>();
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send("HEAD /s HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
  EXPECT_TRUE(client.read_answer(true)->chunked);
  EXPECT_EQ(client.read_answer()->body, "GET /next ");
  EXPECT_EQ(script->pulls.load(), 0u);
}

TEST(Streaming, a_waiting_source_is_asked_again_at_every_sweep) {
  const auto script = std::make_shared<Script>();
  Server server([&](TransportSettings& settings, RecordingHandler& handler) {
    settings.linger_timeout = 20ms;  // so that the sweep comes every 5 ms
    handler.route("/s", streams<ScriptedSource>(script));
  });
  RawClient client(server.port());
  client.send(get("/s"));
  wait_until([&] { return script->pulls.load() > 5; });
}

TEST(Streaming, a_slow_reader_is_pulled_no_further_than_its_socket_and_then_cut_off) {
  const auto script = std::make_shared<Script>();
  Server server([&](TransportSettings& settings, RecordingHandler& handler) {
    settings.write_timeout = 100ms;
    settings.socket_send_buffer = 16'384;
    handler.route("/s", streams<EndlessSource>(script));
  });
  RawClient slow(server.port(), 16'384);
  slow.send(get("/s"));
  wait_until([&] { return script->gone.load(); });
  // The kernel's buffers and a piece in ours, not what an endless source could give in 100 ms.
  EXPECT_LT(script->bytes.load(), 1u << 20);
  EXPECT_EQ(server.listener->figures().timeouts.load(), 1u);
}

TEST(Streaming, a_reader_that_hangs_up_is_noticed_while_nothing_is_sent) {
  const auto script = std::make_shared<Script>();
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  {
    RawClient client(server.port());
    client.send(get("/s"));
    wait_until([&] { return script->started.load(); });
  }
  wait_until([&] { return script->gone.load(); });
  script->say("to nobody");
}

TEST(Streaming, a_stop_ends_an_endless_stream_with_its_last_chunk) {
  const auto script = std::make_shared<Script>();
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send(get("/s"));
  wait_until([&] { return script->started.load(); });
  server.listener->stop();
  EXPECT_TRUE(script->told_to_stop.load());
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->whole);
  EXPECT_TRUE(client.closes());
}

TEST(Streaming, many_wakes_from_many_threads_lose_nothing) {
  const auto script = std::make_shared<Script>();
  Server server(
      [&](auto&, RecordingHandler& handler) { handler.route("/s", streams<ScriptedSource>(script)); });
  RawClient client(server.port());
  client.send(get("/s"));
  wait_until([&] { return script->started.load(); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i)
        script->say("x");
    });
  for (auto& thread : threads)
    thread.join();
  script->say("y", Pull::end);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 2001u);
  EXPECT_TRUE(answer->whole);
}

TEST(Streaming, requests_get_their_turn_while_very_many_streams_are_woken_at_once) {
  constexpr std::size_t streams_woken = 400;
  std::vector<std::shared_ptr<Script>> scripts(streams_woken);
  for (auto& script : scripts)
    script = std::make_shared<Script>();
  std::promise<void> busy, go_on;
  std::atomic<std::size_t> told_before{0};
  const auto told = [&] {
    return static_cast<std::size_t>(
        std::count_if(scripts.begin(), scripts.end(), [](const auto& script) { return script->bytes != 0; }));
  };
  Server server([&](TransportSettings& settings, RecordingHandler& handler) {
    settings.threads = 1;
    settings.idle_timeout = 60s;
    for (std::size_t i = 0; i < scripts.size(); ++i)
      handler.route("/s" + std::to_string(i), streams<ScriptedSource>(scripts[i]));
    handler.route("/holds", [&](Request&&, Reply reply) {
      busy.set_value();
      go_on.get_future().wait();
      reply(plain("held"));
    });
    handler.route("/asks", [&](Request&&, Reply reply) {
      told_before = told();
      reply(plain("asked"));
    });
  });
  std::vector<std::unique_ptr<RawClient>> readers;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    readers.push_back(std::make_unique<RawClient>(server.port()));
    readers.back()->send(get("/s" + std::to_string(i)));
  }
  for (const auto& script : scripts)
    wait_until([&] { return script->started.load(); });
  RawClient holds(server.port()), asks(server.port());
  asks.send(get("/"));
  asks.read_some();
  holds.send(get("/holds"));
  busy.get_future().wait();
  for (const auto& script : scripts)
    script->say("data: x\n\n");
  asks.send(get("/asks"));  // on its socket before the thread looks again
  go_on.set_value();
  asks.read_some();
  EXPECT_LT(told_before, streams_woken / 2);
  wait_until([&] { return told() == streams_woken; });
}

}  // namespace
}  // namespace almanac::api::testing
