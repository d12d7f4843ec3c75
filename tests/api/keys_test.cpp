#include "services/api/access/keys.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <future>

#include "services/api/access/development_issuer.hpp"
#include "services/api/access/token.hpp"
#include "tests/api/support/token_maker.hpp"

namespace almanac::api {
namespace {

using test::jwk;
using test::jwks;
using testing::HasSubstr;

constexpr std::int64_t now_s = 1'790'000'000;
constexpr events::Instant now{now_s * 1000};

TokenRules rules() {
  TokenRules rules;
  rules.project = "project-test";
  rules.issuers = {"stytch.com/project-test"};
  rules.roles = default_roles();
  return rules;
}

std::string token_of(const std::string& kid, const std::string& key) {
  return test::sign_token(R"({"alg":"RS256","kid":")" + kid + R"(","typ":"JWT"})",
                          test::claims_text(test::member_claims(now_s)), key);
}

/// Hears of every fetch, and lets a test wait for the next one.
class Heard {
 public:
  std::function<void(const tl::expected<std::size_t, std::string>&)> ear() {
    return [this](const auto&) {
      const std::lock_guard lock(mutex_);
      ++count_;
      changed_.notify_all();
    };
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

/// An HTTP server of one thread that answers every request with the same status and body.
class JwksServer {
 public:
  JwksServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 8) != 0)
      abort();
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~JwksServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/jwks"; }
  void answer(int status, const std::string& body) {
    const std::lock_guard lock(mutex_);
    answer_ = "HTTP/1.1 " + std::to_string(status) +
              " x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void serve() {
    for (int client; (client = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(client)) {
      std::string head;
      char bytes[4096];
      while (head.find("\r\n\r\n") == std::string::npos) {
        const auto length = ::recv(client, bytes, sizeof bytes, 0);
        if (length <= 0) break;
        head.append(bytes, static_cast<std::size_t>(length));
      }
      const std::lock_guard lock(mutex_);
      ::send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    }
  }
  int socket_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::string answer_;
  std::thread thread_;
};

TEST(KeySet, takes_rsa_signature_keys_of_2048_bits_and_leaves_others_out) {
  const std::string weak = R"({"kty":"RSA","kid":"weak","e":"AQAB","n":")" + std::string(172, 'x') + R"("})";
  const auto set = KeySet::parse(
      jwks({jwk("one", "good"), jwk("one", "enc", R"(,"use":"enc")"), jwk("one", "ps", R"(,"alg":"PS256")"),
            jwk("one", "ops", R"(,"key_ops":["sign"])"),
            jwk("one", "fine", R"(,"use":"sig","key_ops":["verify"])"), R"({"kty":"EC","kid":"ec"})",
            R"({"kty":"oct","kid":"oct","k":"AAAA"})", weak, R"({"kty":"RSA"})"}));
  ASSERT_TRUE(set.has_value());
  EXPECT_EQ((*set)->size(), 2U);
  EXPECT_NE((*set)->find("good"), nullptr);
  EXPECT_NE((*set)->find("fine"), nullptr);
  EXPECT_THAT((*set)->left_out(), HasSubstr("key weak is under 2048 bits"));
  EXPECT_THAT((*set)->left_out(), HasSubstr("key enc is not for RS256 signatures"));
}

TEST(KeySet, refuses_what_is_no_key_set) {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", "<html>"}) {
    EXPECT_FALSE(KeySet::parse(text).has_value()) << text;
  }
}

TEST(Keys, rotate_with_their_file_on_reload_and_forget_the_tokens_of_the_old_ones) {
  test::Scratch scratch;
  const auto file = scratch / "jwks.json";
  std::ofstream(file) << jwks({jwk("one", "k1")});
  Heard heard;
  Keys keys({.source = file.string(), .told = heard.ear()});
  ASSERT_TRUE(keys.fetch().has_value());
  Tokens tokens(rules(), keys);
  const auto old_token = token_of("k1", "one");
  ASSERT_TRUE(tokens.check(old_token, now).has_value());

  std::ofstream(file) << jwks({jwk("two", "k2")});
  keys.reload();
  heard.wait_for(2);
  EXPECT_FALSE(tokens.check(old_token, now).has_value());
  EXPECT_TRUE(tokens.check(token_of("k2", "two"), now).has_value());
}

TEST(Keys, the_same_text_again_is_no_rotation) {
  test::Scratch scratch;
  std::ofstream(scratch / "jwks.json") << jwks({jwk("one", "k1")});
  Keys keys({.source = (scratch / "jwks.json").string()});
  ASSERT_TRUE(keys.fetch().has_value());
  const auto epoch = keys.epoch();
  ASSERT_TRUE(keys.fetch().has_value());
  EXPECT_EQ(keys.epoch(), epoch);
}

TEST(Keys, an_unknown_kid_fetches_from_the_url_once_in_a_while) {
  JwksServer server;
  server.answer(200, jwks({jwk("one", "k1")}));
  Heard heard;
  Keys keys({.source = server.url(), .told = heard.ear()});
  ASSERT_EQ(keys.fetch().value(), 1U);
  Tokens tokens(rules(), keys);

  server.answer(200, jwks({jwk("one", "k1"), jwk("two", "k2")}));
  const auto fresh = token_of("k2", "two");
  EXPECT_FALSE(tokens.check(fresh, now).has_value()) << "refused while the fetch runs";
  heard.wait_for(2);
  EXPECT_TRUE(tokens.check(fresh, now).has_value());
  EXPECT_FALSE(tokens.check(token_of("k3", "three"), now).has_value());
  EXPECT_FALSE(keys.unknown_kid()) << "not again within 30 seconds";
  EXPECT_EQ(heard.count(), 2);
}

TEST(Keys, a_failed_fetch_keeps_the_old_keys_and_never_admits) {
  JwksServer server;
  server.answer(200, jwks({jwk("one", "k1")}));
  Keys keys({.source = server.url()});
  ASSERT_TRUE(keys.fetch().has_value());
  Tokens tokens(rules(), keys);
  for (const auto& [status, body] : {std::pair{500, jwks({jwk("two", "k2")})},
                                     {200, std::string("<html>")},
                                     {404, std::string()},
                                     {200, std::string(R"({"keys":[]})")},
                                     {302, std::string()}}) {
    server.answer(status, body);
    EXPECT_FALSE(keys.fetch().has_value()) << status;
    EXPECT_TRUE(tokens.check(token_of("k1", "one"), now).has_value());
    EXPECT_FALSE(tokens.check(token_of("k2", "two"), now).has_value());
  }
}

TEST(Keys, before_the_first_success_admit_nobody) {
  Keys keys({.source = "/no/such/file"});
  EXPECT_THAT(keys.fetch().error(), HasSubstr("/no/such/file: it cannot be read"));
  Tokens tokens(rules(), keys);
  EXPECT_FALSE(tokens.check(token_of("k1", "one"), now).has_value());
}

TEST(Tokens, that_are_remembered_expire_on_every_hit) {
  test::Scratch scratch;
  std::ofstream(scratch / "jwks.json") << jwks({jwk("one", "k1")});
  Keys keys({.source = (scratch / "jwks.json").string()});
  ASSERT_TRUE(keys.fetch().has_value());
  Tokens tokens(rules(), keys);
  Tokens::Last last;
  const auto token = token_of("k1", "one");
  const auto first = tokens.check(token, now, last);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(tokens.check(token, now, last).value(), *first) << "the connection's own memory";
  EXPECT_EQ(tokens.check(token, now).value(), *first) << "the table";
  EXPECT_FALSE(tokens.check(token, (*first)->expires_at, last).has_value());
  EXPECT_FALSE(tokens.check(token, (*first)->expires_at).has_value());
}

TEST(Tokens, are_compared_whole_not_by_hash) {
  test::Scratch scratch;
  std::ofstream(scratch / "jwks.json") << jwks({jwk("one", "k1")});
  Keys keys({.source = (scratch / "jwks.json").string()});
  ASSERT_TRUE(keys.fetch().has_value());
  Tokens tokens(rules(), keys, 1);  // every token meets every other
  const auto good = token_of("k1", "one");
  auto forged = good;
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'a' ? 'b' : 'a';
  ASSERT_TRUE(tokens.check(good, now).has_value());
  EXPECT_FALSE(tokens.check(forged, now).has_value());
  EXPECT_TRUE(tokens.check(good, now).has_value());
}

TEST(DevelopmentIssuer, keeps_its_key_to_itself_and_vouches_for_both_kinds) {
  test::Scratch scratch;
  const auto issuer = DevelopmentIssuer::open(scratch.path());
  ASSERT_TRUE(issuer.has_value()) << issuer.error();
  const auto key = scratch.path() / "development-issuer" / "key.pem";
  EXPECT_EQ(std::filesystem::status(key).permissions(), static_cast<std::filesystem::perms>(0600));

  Keys keys({.source = issuer->jwks_file().string()});
  ASSERT_TRUE(keys.fetch().has_value());
  Tokens tokens(DevelopmentIssuer::rules(), keys);
  const auto machine = tokens.check(
      issuer->mint({.organization = "acme", .subject = "cli", .scope = "models:read", .plan = "pro"}, now),
      now);
  ASSERT_TRUE(machine.has_value()) << machine.error().detail;
  EXPECT_EQ((*machine)->caller.organization, "acme");
  EXPECT_EQ((*machine)->caller.plan, events::Plan::pro);
  const auto member = tokens.check(issuer->mint({.kind = BearerKind::member,
                                                 .organization = "acme",
                                                 .subject = "ann",
                                                 .roles = {"stytch_member", "catalog:write"}},
                                                now),
                                   now);
  ASSERT_TRUE(member.has_value()) << member.error().detail;
  EXPECT_TRUE((*member)->caller.scopes.has(events::Scope::catalog_write));
  EXPECT_EQ((*member)->caller.actor, "member:ann");
}

TEST(DevelopmentIssuer, finds_its_key_again_and_no_other_one) {
  test::Scratch here, elsewhere;
  const auto first = DevelopmentIssuer::open(here.path());
  EXPECT_EQ(DevelopmentIssuer::open(here.path())->jwks(), first->jwks());
  EXPECT_NE(DevelopmentIssuer::open(elsewhere.path())->jwks(), first->jwks());
  std::ofstream(here.path() / "development-issuer" / "key.pem") << "no key";
  EXPECT_THAT(DevelopmentIssuer::open(here.path()).error(), HasSubstr("holds no RSA private key"));
}

}  // namespace
}  // namespace almanac::api
