#include <gtest/gtest.h>

#include <set>

#include "tests/api/support/corpora.hpp"
#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

// Every file of the HTTP corpora against a running listener: served as its authors say, or refused; never a
// crash, never more requests than there are.

namespace almanac::api::testing {
namespace {

const std::set<int> statuses_of_the_transport{100, 200, 400, 405, 408, 413, 414, 417, 431, 500, 501, 505};

/// Sends the bytes and the end of the stream; what came back, with every answer looked at.
std::vector<Answer> send_and_read(Server& server, const std::string& bytes) {
  RawClient client(server.port());
  client.send(bytes);
  client.finish_sending();
  auto answers = client.read_until_closed(bytes.starts_with("HEAD "));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_TRUE(statuses_of_the_transport.contains(answers[i].status)) << answers[i].status;
    EXPECT_TRUE(answers[i].whole);
    if (answers[i].status >= 400) {
      EXPECT_EQ(i + 1, answers.size()) << "an answer behind a refusal";
    }
  }
  return answers;
}

void expect_alive(Server& server) {
  RawClient client(server.port());
  client.send(get("/alive"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "GET /alive ");
}

TEST(HttpCorpora, llhttp_never_yields_more_requests_than_llhttp_finds) {
  const auto cases = llhttp_cases();
  if (cases.empty()) GTEST_SKIP() << "The shared corpora are not beside this tree.";
  EXPECT_GE(cases.size(), 150u);
  std::size_t served = 0, refused = 0;
  for (const WireCase& one : cases) {
    SCOPED_TRACE(one.name);
    for (const std::string& bytes : {one.bytes, with_hosts(one.bytes)}) {
      Server server;
      const auto answers = send_and_read(server, bytes);
      const std::size_t handled = server.handler.seen().size();
      // A strict server must refuse what the lenient modes let through.
      EXPECT_LE(handled, one.messages) << bytes;
      if (one.refused && !one.lenient) {
        EXPECT_TRUE(answers.empty() || answers.back().status >= 400 || handled < one.messages + 1) << bytes;
      }
      served += handled;
      refused += !answers.empty() && answers.back().status >= 400 ? 1 : 0;
      expect_alive(server);
    }
  }
  // Both must happen, or the corpus was not really sent.
  EXPECT_GT(served, 50u);
  EXPECT_GT(refused, 150u);
}

TEST(HttpCorpora, desync_guardian_tiers_hold) {
  const auto cases = desync_cases();
  if (cases.empty()) GTEST_SKIP() << "The shared corpora are not beside this tree.";
  EXPECT_GE(cases.size(), 150u);
  std::map<std::string, std::size_t> served;
  for (const WireCase& one : cases) {
    SCOPED_TRACE(one.name);
    ASSERT_FALSE(one.tier.empty());
    Server server;
    // The next request stands right where a body would begin if there were one.
    const auto answers = send_and_read(server, with_hosts(one.bytes) + get("/smuggled"));
    const auto seen = server.handler.seen();
    if (one.tier == "Severe") {
      // "400 and close": nothing reaches the handler, not the request and not what follows.
      EXPECT_TRUE(seen.empty()) << seen.size() << " requests from " << one.bytes;
      ASSERT_EQ(answers.size(), 1u) << one.bytes;
      EXPECT_GE(answers[0].status, 400);
    } else if (one.tier == "Ambiguous") {
      // Refused, or, for a GET with a plain Content-Length, read as what it says: what follows is its body.
      for (const Seen& request : seen) {
        EXPECT_EQ(request.method, "GET") << one.bytes;
        EXPECT_FALSE(request.body.empty()) << one.bytes;
        EXPECT_NE(request.target, "/smuggled") << one.bytes;
      }
    }
    served[one.tier] += seen.empty() || seen[0].target == "/smuggled" ? 0 : 1;
    expect_alive(server);
  }
  // Strict is not deaf: what is compliant and not waiting for its body is served.
  EXPECT_GE(served["Compliant"], 10u);
}

TEST(HttpCorpora, beast_fuzz_seeds_are_answered_or_refused) {
  for (const char* folder : {"beast-fuzz-seeds/seeds/http_request", "beast-fuzz-seeds/seeds/http_response",
                             "beast-fuzz-seeds/seeds/websocket_server"}) {
    const auto cases = files_of(folder);
    if (cases.empty()) GTEST_SKIP() << "The shared corpora are not beside this tree.";
    for (const WireCase& one : cases) {
      SCOPED_TRACE(one.name);
      for (const std::string& bytes : {one.bytes, with_hosts(one.bytes)}) {
        Server server;
        EXPECT_LE(send_and_read(server, bytes).size(), 2u);
        expect_alive(server);
      }
    }
  }
}

TEST(HttpCorpora, bytes_cut_short_or_changed_never_end_the_server) {
  std::vector<std::string> inputs;
  for (const WireCase& one : llhttp_cases())
    inputs.push_back(with_hosts(one.bytes));
  for (const WireCase& one : desync_cases())
    inputs.push_back(with_hosts(one.bytes));
  if (inputs.empty()) GTEST_SKIP() << "The shared corpora are not beside this tree.";
  Server server;
  std::uint32_t state = 1;  // an xorshift: the same mutants every time
  const auto next = [&] {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
  };
  for (const std::string& input : inputs) {
    for (int i = 0; i < 4; ++i) {
      std::string mutant = input.substr(0, 1 + next() % input.size());
      mutant[next() % mutant.size()] = static_cast<char>(next());
      RawClient client(server.port());
      client.send(mutant);
      client.finish_sending();
      std::string received;
      while (received.size() < 1'000'000) {
        const std::string piece = client.read_some();
        if (piece.empty()) break;
        received += piece;
      }
      EXPECT_TRUE(received.empty() || received.starts_with("HTTP/1.1 ")) << received.substr(0, 80);
    }
  }
  expect_alive(server);
}

}  // namespace
}  // namespace almanac::api::testing
