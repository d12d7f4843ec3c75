#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "services/api/transport/listener.hpp"
#include "tests/api/support/service.hpp"

// Writes that reach a node which does not own the log.
namespace almanac::api::test {
namespace {

/// An owner behind a real socket, and another node that forwards to it.
class Forward : public testing::Test {
 protected:
  Forward() {
    listener = Listener::open({}, service.front()).value();
    EXPECT_TRUE(listener->serve());
    url = "http://" + listener->address();
  }
  ~Forward() override { listener->stop(); }

  Owner owner_now() {
    const std::lock_guard lock(mutex);
    return {where, url, "first", "No node owns the log at present."};
  }
  void owner_is(Owner::Where now, const std::string& at = "") {
    const std::lock_guard lock(mutex);
    where = now;
    if (!at.empty()) url = at;
  }
  Said elsewhere(const Service::Ask& ask) { return service.send_elsewhere(ask)(); }

  std::mutex mutex;
  Owner::Where where = Owner::Where::elsewhere;
  std::string url;
  Service service{{.owner = [this] { return owner_now(); }}};
  std::unique_ptr<Listener> listener;
};

TEST_F(Forward, a_write_is_answered_as_the_owner_answers_it) {
  const std::string parent = service.system_model("m");
  const Said made =
      elsewhere({"POST", "/v1/models", service.acme(), create_body(parent), {{"Almanac-Reason", "why"}}});
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("Location"), "/v1/models/" + made.text("id"));
  EXPECT_EQ(made.header("ETag"), "\"1-1-0\"");
  EXPECT_EQ(made.header("Almanac-Position"), std::to_string(service.position()));
  EXPECT_EQ(made.headers.count("Almanac-Position"), 1U);
  EXPECT_EQ(made.headers.count("Content-Type"), 1U);
  EXPECT_EQ(service.get("/v1/models/" + made.text("id"), service.acme()).body, made.body);
  const auto last = service.events_from(service.position()).front();
  EXPECT_EQ(last.stamp.reason, "why");
  EXPECT_EQ(last.stamp.actor, "client:client-1");

  const Said stale = elsewhere({"PATCH",
                                "/v1/models/" + made.text("id"),
                                service.acme(),
                                R"({"displayName":"x"})",
                                {{"If-Match", "\"9-9-9\""}}});
  EXPECT_EQ(stale.status, 412) << stale.body;
  EXPECT_EQ(elsewhere({"DELETE", "/v1/models/" + made.text("id"), service.acme()}).status, 204);
  EXPECT_EQ(elsewhere({"DELETE", "/v1/models/" + made.text("id"), service.acme()}).status, 404);
}

TEST_F(Forward, reads_are_answered_where_they_arrive) {
  const std::string id = service.system_model("m");
  owner_is(Owner::Where::nowhere);
  EXPECT_EQ(elsewhere({"GET", "/v1/models/" + id, service.acme()}).status, 200);
}

TEST_F(Forward, one_key_has_one_effect_whichever_node_hears_it) {
  const std::string parent = service.system_model("m");
  const Service::Ask ask{
      "POST", "/v1/models", service.acme(), create_body(parent), {{"Idempotency-Key", "k"}}};
  const Said first = elsewhere(ask);
  const Said again = service.ask(ask);
  const Said third = elsewhere(ask);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(third.body, first.body);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(third.header("Idempotency-Replayed"), "true");
}

TEST_F(Forward, a_token_is_judged_here_and_there) {
  EXPECT_EQ(elsewhere({"POST", "/v1/models", "no.token", "{}"}).status, 401);
  EXPECT_EQ(elsewhere({"POST", "/v1/models", service.token("acme", "models:read"), "{}"}).status, 403);
}

TEST_F(Forward, without_an_owner_a_write_is_refused_at_once_saying_so) {
  owner_is(Owner::Where::nowhere);
  const Said said = elsewhere({"POST", "/v1/models", service.acme(), "{}"});
  EXPECT_EQ(said.status, 503);
  EXPECT_EQ(said.text("outcome"), "not_applied");
  EXPECT_EQ(said.header("Retry-After"), "1");
  EXPECT_NE(said.text("detail").find("No node owns the log"), std::string::npos);
}

TEST_F(Forward, an_owner_that_cannot_be_reached_is_named_and_nothing_was_applied) {
  owner_is(Owner::Where::elsewhere, "http://127.0.0.1:1");
  const Said said = elsewhere({"POST", "/v1/models", service.acme(), "{}"});
  EXPECT_EQ(said.status, 503);
  EXPECT_EQ(said.text("outcome"), "not_applied");
  EXPECT_NE(said.text("detail").find("The node first"), std::string::npos) << said.body;
}

TEST_F(Forward, a_request_lost_on_the_way_goes_to_the_next_owner_or_stays_here) {
  const std::string parent = service.system_model("m");
  for (const bool here : {false, true}) {
    const std::string right = "http://" + listener->address();
    owner_is(Owner::Where::elsewhere, "http://127.0.0.1:1");
    const auto answer = service.send_elsewhere({"POST", "/v1/models", service.acme(), create_body(parent)});
    owner_is(here ? Owner::Where::here : Owner::Where::elsewhere, right);
    EXPECT_EQ(answer().status, 201) << here;
  }
}

/// Reads what comes and hangs up, or keeps the connection and says nothing.
class HangsUp {
 public:
  enum class Manner : std::uint8_t { hangs_up, says_nothing };
  explicit HangsUp(Manner manner = Manner::hangs_up)
      : manner_(manner), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, generic, size), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { run(); });
  }
  ~HangsUp() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    for (const int peer : kept_)
      ::close(peer);
  }

  /// The idempotency key of the first request.
  std::string key() {
    const std::lock_guard lock(mutex_);
    constexpr std::string_view name = "Idempotency-Key: ";
    const auto at = first_.find(name) + name.size();
    return first_.substr(at, first_.find("\r\n", at) - at);
  }

  std::string url;
  std::atomic<int> heard{0};

 private:
  void run() {
    for (int peer = ::accept(socket_, nullptr, nullptr); peer >= 0;
         peer = ::accept(socket_, nullptr, nullptr)) {
      std::string head;
      char bytes[4096];
      while (head.find("\r\n\r\n") == std::string::npos) {
        const auto count = ::recv(peer, bytes, sizeof bytes, 0);
        if (count <= 0) break;
        head.append(bytes, static_cast<std::size_t>(count));
      }
      {
        const std::lock_guard lock(mutex_);
        if (first_.empty()) first_ = head;
      }
      ++heard;
      if (manner_ == Manner::hangs_up) {
        ::close(peer);
      } else {
        kept_.push_back(peer);
      }
    }
  }

  const Manner manner_;
  int socket_;
  std::vector<int> kept_;
  std::mutex mutex_;
  std::string first_;
  std::thread thread_;
};

TEST_F(Forward, an_owner_that_hangs_up_leaves_an_unknown_outcome_with_the_key_to_ask_again) {
  HangsUp peer;
  owner_is(Owner::Where::elsewhere, peer.url);
  const Said said = elsewhere({"POST", "/v1/models", service.acme(), "{}", {{"Idempotency-Key", "mine"}}});
  EXPECT_EQ(said.status, 503);
  EXPECT_EQ(said.text("outcome"), "unknown") << said.body;
  EXPECT_EQ(said.text("idempotencyKey"), "mine");
  EXPECT_GT(peer.heard.load(), 1) << "it is sent again under the same key";
}

TEST_F(Forward, an_owner_that_hangs_is_left_for_its_successor) {
  const std::string parent = service.system_model("m");
  const std::string right = url;
  HangsUp silent(HangsUp::Manner::says_nothing);
  owner_is(Owner::Where::elsewhere, silent.url);
  const auto answer = service.send_elsewhere({"POST", "/v1/models", service.acme(), create_body(parent)});
  while (silent.heard == 0)
    std::this_thread::yield();
  owner_is(Owner::Where::elsewhere, right);
  EXPECT_EQ(answer().status, 201);
}

TEST_F(Forward, a_write_that_may_have_been_taken_keeps_its_key_when_this_node_becomes_the_owner) {
  const std::string parent = service.system_model("m");
  HangsUp peer;
  owner_is(Owner::Where::elsewhere, peer.url);
  const auto answer = service.send_elsewhere({"POST", "/v1/models", service.acme(), create_body(parent)});
  while (peer.heard == 0)
    std::this_thread::yield();
  owner_is(Owner::Where::here);
  const Said said = answer();
  EXPECT_EQ(said.status, 201) << said.body;
  const auto mark = service.events_from(service.position()).front().stamp.idempotency;
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->key,
            writer::mark_of({.organization = "acme", .actor = "client:client-1"}, peer.key(), {}).key);
}

TEST_F(Forward, there_is_no_second_hop) {
  const Said said = elsewhere({"POST", "/v1/models", service.acme(), "{}", {{"Almanac-Forwarded", "1"}}});
  EXPECT_EQ(said.status, 503);
  EXPECT_EQ(said.text("outcome"), "not_applied");
  EXPECT_EQ(said.header("Almanac-Forwarded"), "refused");
}

TEST_F(Forward, many_at_once_are_each_answered) {
  const std::string parent = service.system_model("m");
  std::vector<std::function<Said()>> answers;
  for (int i = 0; i < 200; ++i)
    answers.push_back(service.send_elsewhere({"POST", "/v1/models", service.acme(), create_body(parent)}));
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    const Said said = answer();
    EXPECT_EQ(said.status, 201) << said.body;
    ids.insert(said.text("id"));
  }
  EXPECT_EQ(ids.size(), 200U);
}

}  // namespace
}  // namespace almanac::api::test
