#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

// Each trap of design/dependencies.md, "Beast 1.81", by name.

namespace almanac::api::testing {
namespace {

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// The bytes get one refusal of that status, as problem+json with a position, the connection closes, and
/// neither they nor what follows them reaches the handler.
void expect_refused(const std::string& bytes, int status) {
  SCOPED_TRACE(bytes.substr(0, 120));
  Server server;
  RawClient client(server.port());
  client.send(bytes + smuggled);
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, status) << answers[0].body;
  EXPECT_EQ(answers[0].header("content-type"), "application/problem+json");
  EXPECT_EQ(answers[0].header("almanac-position"), "42");
  EXPECT_EQ(answers[0].header("connection"), "close");
  EXPECT_NE(answers[0].body.find("\"instance\":\"urn:almanac:request:"), std::string::npos);
  EXPECT_TRUE(server.handler.seen().empty());
}

std::string post_with(const std::string& headers, const std::string& version = "1.1") {
  return "POST /x HTTP/" + version + "\r\nHost: a\r\n" + headers + "\r\n";
}

std::string repro(const std::string& name) {
  std::ifstream file(std::filesystem::path(ALMANAC_SHARED_DIR) / "corpora/dep-repros" / name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

#define ALMANAC_REPRO(variable, name)       \
  const std::string variable = repro(name); \
  if (variable.empty()) GTEST_SKIP() << "The shared corpora are not beside this tree."

TEST(BeastTraps, a_trailer_name_over_64_kib_does_not_end_the_process) {
  ALMANAC_REPRO(bytes, "beast181_trailer_name_66000.http");
  expect_refused(bytes, 431);
}

TEST(BeastTraps, a_trailer_value_over_64_kib_does_not_end_the_process) {
  ALMANAC_REPRO(bytes, "beast181_trailer_value_70000.http");
  expect_refused(bytes, 431);
}

TEST(BeastTraps, trailers_are_not_merged_into_the_headers) {
  ALMANAC_REPRO(bytes, "beast181_trailer_authorization_merge.http");
  Server server;
  RawClient client(server.port());
  client.send(bytes);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  const std::vector<Seen> seen = server.handler.seen();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].body, "hello");
  for (const auto& [name, value] : seen[0].headers) {
    EXPECT_NE(name, "Authorization");
    EXPECT_NE(name, "X-Role");
  }
}

TEST(BeastTraps, a_transfer_encoding_that_is_not_chunked_does_not_turn_the_body_into_a_request) {
  ALMANAC_REPRO(bytes, "beast181_te_gzip_pipelined.http");
  expect_refused(bytes, 400);
}

TEST(BeastTraps, transfer_encoding_is_exactly_one_chunked) {
  for (const char* value :
       {"chunked, chunked", "chunked, gzip", "gzip", "identity", "deflate", "", "chunked;q=1", ",chunked",
        "chunked,", "\"chunked\"", "chunked identity", "compress, deflate"})
    expect_refused(post_with("Transfer-Encoding: " + std::string(value) + "\r\n"), 400);
  expect_refused(post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  expect_refused(post_with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 400);
}

TEST(BeastTraps, a_transfer_coding_that_nobody_speaks_is_501) {
  for (const char* value : {"xchunked", "gzip, chunked", "brotli", "brotli, chunked", "chunkedd"})
    expect_refused(post_with("Transfer-Encoding: " + std::string(value) + "\r\n"), 501);
}

TEST(BeastTraps, transfer_encoding_and_content_length_exclude_each_other) {
  expect_refused(post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400);
  expect_refused(post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
  expect_refused(post_with("Content-Length: 5\r\nTransfer-Encoding: xyz\r\n"), 400);
}

TEST(BeastTraps, http_1_0_has_no_transfer_encoding) {
  expect_refused(post_with("Transfer-Encoding: chunked\r\n", "1.0"), 400);
  expect_refused(post_with("Transfer-Encoding: gzip\r\n", "1.0"), 400);
}

TEST(BeastTraps, content_length_is_one_decimal_number) {
  for (const char* value :
       {"", "-1", "+5", "5, 5", "5,5", "0x5", "5 5", "5;", "1e1", "18446744073709551616", "٥"})
    expect_refused(post_with("Content-Length: " + std::string(value) + "\r\n"), 400);
  expect_refused(post_with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
  expect_refused(post_with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400);
  expect_refused(post_with("Content-Length : 5\r\n"), 400);
}

TEST(BeastTraps, host_is_there_once_and_well_formed) {
  expect_refused("GET / HTTP/1.1\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
  for (const char* host :
       {"", "a b", "a,b", "a/b", "u@h", "a:port", "a:99999", "[::1", "a\\b", "a?b", "a#b", "%zz"})
    expect_refused("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", 400);
}

TEST(BeastTraps, a_well_formed_host_is_served) {
  Server server;
  RawClient client(server.port());
  for (const char* host :
       {"a", "a:8080", "127.0.0.1:1", "[::1]:8080", "[::1]", "models.example.com", "a_b.c"}) {
    client.send("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
    EXPECT_EQ(client.read_answer()->status, 200) << host;
  }
}

TEST(BeastTraps, the_asterisk_belongs_to_options) {
  expect_refused("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  Server server;
  RawClient client(server.port());
  client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_answer()->status, 200);
}

TEST(BeastTraps, folded_header_lines_are_refused) {
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX-Folded: a\r\n b\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX-Folded: a\r\n\tb\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", 400);
}

TEST(BeastTraps, raw_bytes_over_0x7f_in_the_target_are_refused) {
  expect_refused("GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  expect_refused("GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  expect_refused("GET /?q=\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
}

TEST(BeastTraps, a_target_that_is_no_target_is_refused) {
  for (const char* target :
       {"x", "/%", "/%2", "/%gg", "/a#b", "http://", "http://u@h/", "ftp://h/", "h:80", "/a\"b", "/a<b"})
    expect_refused("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n", 400);
}

TEST(BeastTraps, the_head_is_bounded) {
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 4000; ++i)
    many += "X: y\r\n";
  expect_refused(many + "\r\n", 431);
}

TEST(BeastTraps, the_target_is_bounded) {
  expect_refused("GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
  expect_refused("GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
}

TEST(BeastTraps, methods_unknown_to_http_are_501) {
  for (const char* method : {"get", "BREW", "GETT", "M-SEARCH", "PROPFIND"})
    expect_refused(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
  expect_refused("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405);
}

TEST(BeastTraps, versions_that_are_not_ours_are_505_and_what_is_no_version_400) {
  for (const char* version : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/9.9"})
    expect_refused("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n", 505);
  for (const char* version : {"HTTP/1", "HTTPS/1.1", "http/1.1", "HTTP/1.1x", "HTTP/11", "X"})
    expect_refused("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n", 400);
  expect_refused("GET /\r\n", 400);
  expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
}

TEST(BeastTraps, an_expectation_other_than_100_is_417) {
  expect_refused(post_with("Content-Length: 1\r\nExpect: tea\r\n"), 417);
  expect_refused(post_with("Content-Length: 1\r\nExpect: 100-continue\r\nExpect: tea\r\n"), 417);
}

TEST(BeastTraps, bytes_that_are_no_http_are_400_at_once) {
  expect_refused("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400);  // a TLS hello
  expect_refused(std::string("\0\0\0\0", 4), 400);
  expect_refused("GET / HTTP/1.1\nHost: a\n\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost a\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n", 400);
}

TEST(BeastTraps, a_chunked_body_that_is_malformed_is_refused) {
  for (const char* body : {"x\r\n", "-1\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "5\nhello\n0\n\n",
                           "ffffffffffffffffff\r\n", "5 ;\r\nhello\r\n", "\r\n", "5;=\r\nhello\r\n"})
    expect_refused(post_with("Transfer-Encoding: chunked\r\n") + body, 400);
}

TEST(BeastTraps, a_body_of_endless_chunk_framing_is_bounded) {
  Server server([](auto&, RecordingHandler& handler) {
    handler.admission = [](const Request&) { return Handler::Admission{1000, std::nullopt}; };
  });
  RawClient client(server.port());
  client.send(post_with("Transfer-Encoding: chunked\r\n"));
  const std::string chunk = "1;" + std::string(4'000, 'e') + "\r\nx\r\n";
  for (int i = 0; i < 100; ++i)
    if (!client.send(chunk)) break;
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 413);
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(BeastTraps, empty_lines_before_a_request_are_let_pass_but_not_for_ever) {
  Server server;
  RawClient client(server.port());
  client.send("\r\n\r\n" + get("/a") + "\r\n" + get("/b"));
  EXPECT_EQ(client.read_answer()->body, "GET /a ");
  EXPECT_EQ(client.read_answer()->body, "GET /b ");
  std::string many;
  for (int i = 0; i < 20'000; ++i)
    many += "\r\n";
  client.send(many);
  const auto answers = client.read_until_closed();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 400);
}

}  // namespace
}  // namespace almanac::api::testing
