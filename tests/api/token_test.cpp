#include "services/api/access/token.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "services/api/access/base64url.hpp"
#include "tests/api/support/token_maker.hpp"

namespace almanac::api {
namespace {

using events::Scope;
using test::claims_text;
using test::good_header;
using test::machine_claims;
using test::member_claims;
using test::sign_token;

constexpr std::int64_t now_s = 1'790'000'000;
constexpr events::Instant now{now_s * 1000};

TokenRules rules() {
  TokenRules rules;
  rules.project = "project-test";
  rules.issuers = {"stytch.com/project-test"};
  rules.roles = default_roles();
  return rules;
}

std::shared_ptr<const KeySet> keys() {
  static const auto set = KeySet::parse(test::jwks({test::jwk("one", "k1"), test::jwk("two", "k2")})).value();
  return set;
}

TokenResult verify(const std::string& token, const TokenRules& with = rules(), events::Instant at = now) {
  return verify_token(token, *keys(), with, at);
}

/// A member's token with one claim changed; empty takes the claim out.
TokenResult member_with(const std::string& claim, const std::string& value) {
  auto claims = member_claims(now_s);
  claims[claim] = value;
  return verify(sign_token(good_header, claims_text(claims)));
}
TokenResult machine_with(const std::string& claim, const std::string& value) {
  auto claims = machine_claims(now_s);
  claims[claim] = value;
  return verify(sign_token(good_header, claims_text(claims)));
}
TokenResult with_header(const std::string& header) {
  return verify(sign_token(header, claims_text(member_claims(now_s))));
}

void expect_invalid(const TokenResult& result, const std::string& detail) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, TokenRefusal::Kind::invalid);
  EXPECT_THAT(result.error().detail, testing::HasSubstr(detail));
}
void expect_no_organization(const TokenResult& result, const std::string& detail) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, TokenRefusal::Kind::no_organization);
  EXPECT_THAT(result.error().detail, testing::HasSubstr(detail));
}

TEST(Token, a_member_session_gets_what_its_roles_give) {
  const auto bearer = verify(sign_token(good_header, claims_text(member_claims(now_s))));
  ASSERT_TRUE(bearer.has_value()) << bearer.error().detail;
  EXPECT_EQ((*bearer)->kind, BearerKind::member);
  EXPECT_EQ((*bearer)->subject, "member-test-1");
  EXPECT_EQ((*bearer)->caller.actor, "member:member-test-1");
  EXPECT_EQ((*bearer)->caller.organization, "organization-test-1");
  EXPECT_EQ((*bearer)->caller.plan, events::Plan::free);
  EXPECT_TRUE((*bearer)->caller.scopes.has(Scope::models_read));
  EXPECT_TRUE((*bearer)->caller.scopes.has(Scope::models_write));
  EXPECT_FALSE((*bearer)->caller.scopes.has(Scope::events_read));
  EXPECT_EQ((*bearer)->expires_at.ms, (now_s + 300) * 1000);
}

TEST(Token, an_admin_may_more_and_an_unknown_role_nothing) {
  const auto admin = member_with("https://stytch.com/session", R"({"roles":["stytch_admin","x"]})");
  ASSERT_TRUE(admin.has_value());
  EXPECT_TRUE((*admin)->caller.scopes.has(Scope::org_admin));
  EXPECT_TRUE((*admin)->caller.scopes.has(Scope::events_read));
  EXPECT_FALSE((*admin)->caller.scopes.has(Scope::catalog_write));
  EXPECT_EQ((*member_with("https://stytch.com/session", R"({"roles":["models:read"]})"))->caller.scopes.bits,
            0);
  EXPECT_EQ((*member_with("https://stytch.com/session", "{}"))->caller.scopes.bits, 0);
}

TEST(Token, a_member_has_no_rights_by_a_scope_claim) {
  const auto bearer = member_with("scope", R"("catalog:write")");
  ASSERT_TRUE(bearer.has_value());
  EXPECT_EQ((*bearer)->kind, BearerKind::member);
  EXPECT_FALSE((*bearer)->caller.scopes.has(Scope::catalog_write));
}

TEST(Token, a_machine_gets_its_scopes_by_literal_match) {
  const auto bearer = machine_with("scope", R"("models:read MODELS:WRITE models:wri catalog:write  openid")");
  ASSERT_TRUE(bearer.has_value()) << bearer.error().detail;
  EXPECT_EQ((*bearer)->kind, BearerKind::machine);
  EXPECT_EQ((*bearer)->caller.actor, "client:m2m-client-1");
  EXPECT_EQ((*bearer)->caller.organization, "acme");
  EXPECT_TRUE((*bearer)->caller.scopes.has(Scope::models_read));
  EXPECT_TRUE((*bearer)->caller.scopes.has(Scope::catalog_write));
  EXPECT_FALSE((*bearer)->caller.scopes.has(Scope::models_write));
}

TEST(Token, with_neither_claim_is_a_machines_without_rights) {
  const auto bearer = machine_with("scope", "");
  ASSERT_TRUE(bearer.has_value());
  EXPECT_EQ((*bearer)->kind, BearerKind::machine);
  EXPECT_EQ((*bearer)->caller.scopes.bits, 0);
}

TEST(Token, without_an_organization_is_told_so) {
  expect_no_organization(machine_with("organization_id", ""), "`organization_id` is missing");
  expect_no_organization(machine_with("organization_id", "null"), "is missing");
  expect_no_organization(member_with("https://stytch.com/organization", ""), "organization");
  expect_no_organization(member_with("https://stytch.com/organization", R"({"slug":"a"})"), "is missing");
}

TEST(Token, an_organization_id_has_a_form) {
  for (const char* id : {R"("")", R"("a b")", R"("a/b")", R"("ä")", R"("a\u0000")", "7", "[]"}) {
    expect_no_organization(machine_with("organization_id", id), "is no organization id");
  }
  expect_no_organization(machine_with("organization_id", '"' + std::string(129, 'a') + '"'), "1 to 128");
  EXPECT_TRUE(machine_with("organization_id", '"' + std::string(128, 'a') + '"').has_value());
  EXPECT_TRUE(machine_with("organization_id", R"("Az09._-")").has_value());
}

TEST(Token, the_organization_claim_of_machines_is_a_setting) {
  auto with = rules();
  with.organization_claim = "https://example.com/org";
  auto claims = machine_claims(now_s);
  claims["https://example.com/org"] = R"("elsewhere")";
  const auto bearer = verify(sign_token(good_header, claims_text(claims)), with);
  ASSERT_TRUE(bearer.has_value());
  EXPECT_EQ((*bearer)->caller.organization, "elsewhere");
}

TEST(Token, the_plan_is_a_claim_with_a_default) {
  EXPECT_EQ((*machine_with("plan", R"("pro")"))->caller.plan, events::Plan::pro);
  EXPECT_EQ((*member_with("plan", R"("enterprise")"))->caller.plan, events::Plan::enterprise);
  auto with = rules();
  with.default_plan = events::Plan::pro;
  const auto token = sign_token(good_header, claims_text(machine_claims(now_s)));
  EXPECT_EQ((*verify(token, with))->caller.plan, events::Plan::pro);
  expect_invalid(machine_with("plan", R"("gold")"), "names no plan");
  expect_invalid(machine_with("plan", "1"), "names no plan");
}

TEST(Token, the_issuer_is_the_project_or_the_configured_one) {
  expect_invalid(member_with("iss", ""), "`iss`");
  expect_invalid(member_with("iss", R"("https://stytch.com/project-test")"), "`iss`");
  expect_invalid(member_with("iss", R"("stytch.com/project-live")"), "`iss`");
  expect_invalid(member_with("iss", R"(["stytch.com/project-test"])"), "`iss`");
  auto with = rules();
  with.issuers.push_back("https://login.example.com");
  auto claims = member_claims(now_s);
  claims["iss"] = R"("https://login.example.com")";
  EXPECT_TRUE(verify(sign_token(good_header, claims_text(claims)), with).has_value());
}

TEST(Token, the_audience_holds_the_project) {
  EXPECT_TRUE(member_with("aud", R"("project-test")").has_value());
  EXPECT_TRUE(member_with("aud", R"(["x","project-test"])").has_value());
  for (const char* aud :
       {"", R"("project")", "[]", R"([["project-test"]])", R"({"project-test":1})", "null"}) {
    expect_invalid(member_with("aud", aud), "`aud`");
  }
}

TEST(Token, names_its_subject) {
  for (const char* sub : {"", R"("")", "7", "null", R"("a b")", R"("a\n")"}) {
    expect_invalid(member_with("sub", sub), "`sub`");
  }
}

TEST(Token, expires_to_the_millisecond) {
  const auto token = sign_token(good_header, claims_text(member_claims(now_s)));
  EXPECT_TRUE(verify(token, rules(), {(now_s + 300) * 1000 - 1}).has_value());
  expect_invalid(verify(token, rules(), {(now_s + 300) * 1000}), "`exp` has passed");
  for (const char* exp : {"", R"("1790000300")", "null", "1e400", "-1", "99999999999999"}) {
    EXPECT_FALSE(member_with("exp", exp).has_value()) << exp;
  }
  EXPECT_EQ((*member_with("exp", "1790000300.5"))->expires_at.ms, 1'790'000'300'500);
}

TEST(Token, is_not_used_before_its_time) {
  expect_invalid(member_with("nbf", std::to_string(now_s + 1)), "lies ahead");
  expect_invalid(member_with("iat", std::to_string(now_s + 1)), "lies ahead");
  expect_invalid(member_with("nbf", R"("now")"), "is no time");
  EXPECT_TRUE(member_with("nbf", "").has_value());
  EXPECT_TRUE(member_with("iat", "").has_value());
}

TEST(Token, clocks_may_differ_by_the_leeway) {
  auto with = rules();
  with.leeway_s = 30;
  auto claims = member_claims(now_s);
  claims["iat"] = claims["nbf"] = std::to_string(now_s + 30);
  const auto token = sign_token(good_header, claims_text(claims));
  EXPECT_TRUE(verify(token, with).has_value());
  EXPECT_TRUE(verify(token, with, {(now_s + 330) * 1000 - 1}).has_value());
  expect_invalid(verify(token, with, {(now_s + 330) * 1000}), "has passed");
}

TEST(Token, the_header_is_strict) {
  expect_invalid(with_header(R"({"alg":"RS256","kid":"k1"})"), "`typ`");
  expect_invalid(with_header(R"({"alg":"RS256","kid":"k1","typ":"jwt"})"), "`typ`");
  expect_invalid(with_header(R"({"alg":"RS256","kid":"k1","typ":"at+jwt"})"), "`typ`");
  expect_invalid(with_header(R"({"alg":"RS256","typ":"JWT"})"), "no `kid`");
  expect_invalid(with_header(R"({"alg":"RS256","kid":1,"typ":"JWT"})"), "no `kid`");
  expect_invalid(with_header(R"({"alg":"RS384","kid":"k1","typ":"JWT"})"), "`alg`");
  expect_invalid(with_header(R"({"alg":"none","kid":"k1","typ":"JWT"})"), "`alg`");
  expect_invalid(with_header(R"({"kid":"k1","typ":"JWT"})"), "`alg`");
  expect_invalid(with_header(R"({"alg":"RS256","kid":"k1","typ":"JWT","crit":["exp"]})"), "`crit`");
  expect_invalid(with_header(R"({"alg":"RS256","kid":"k3","typ":"JWT"})"), "names no key");
  expect_invalid(with_header(R"({"alg":"RS256","kid":"k2","typ":"JWT"})"), "signature");
}

TEST(Token, duplicate_names_are_refused) {
  expect_invalid(with_header(R"({"alg":"none","alg":"RS256","kid":"k1","typ":"JWT"})"), "header");
  auto text = claims_text(member_claims(now_s));
  text.insert(1, R"("sub":"member-test-2",)");
  expect_invalid(verify(sign_token(good_header, text)), "payload");
}

TEST(Token, has_three_canonical_parts) {
  const auto good = sign_token(good_header, claims_text(member_claims(now_s)));
  const auto first = good.find('.');
  const auto second = good.find('.', first + 1);
  expect_invalid(verify(""), "three parts");
  expect_invalid(verify(good.substr(0, second)), "three parts");
  expect_invalid(verify(good + "."), "three parts");
  expect_invalid(verify(good + "=="), "canonical");
  expect_invalid(verify(good + " "), "canonical");
  expect_invalid(verify(good.substr(0, second + 1)), "empty");
  expect_invalid(verify(std::string(16 * 1024 + 1, 'a')), "16 KiB");

  std::string bits = good;  // 256 bytes leave 4 unused bits in the last digit
  bits.back() = bits.back() == 'A' ? 'B' : static_cast<char>(bits.back() + 1);
  expect_invalid(verify(bits), "canonical");
  std::string changed = good;
  changed[first + 5] = changed[first + 5] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(verify(changed).has_value());
}

TEST(Token, alg_confusion_an_hs256_token_signed_with_the_public_key_is_refused) {
  const std::string signed_part = base64url(R"({"alg":"HS256","kid":"k1","typ":"JWT"})") + "." +
                                  base64url(claims_text(member_claims(now_s)));
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(memory, test::key_named("one").get());
  char* pem = nullptr;
  const auto pem_size = static_cast<int>(BIO_get_mem_data(memory, &pem));
  unsigned char mac[32];
  unsigned mac_size = 0;
  HMAC(EVP_sha256(), pem, pem_size, reinterpret_cast<const unsigned char*>(signed_part.data()),
       signed_part.size(), mac, &mac_size);
  BIO_free(memory);
  const std::string token = signed_part + "." + base64url({reinterpret_cast<char*>(mac), mac_size});
  expect_invalid(verify(token), "`alg` is not RS256");
}

TEST(Token, a_key_that_the_token_brings_is_not_asked) {
  const std::string header =
      R"({"alg":"RS256","kid":"k1","typ":"JWT","jwk":)" + test::jwk("stranger", "k1") + "}";
  expect_invalid(verify(sign_token(header, claims_text(member_claims(now_s)), "stranger")), "signature");
}

TEST(Token, refused_roles_and_scopes_of_a_wrong_type) {
  expect_invalid(member_with("https://stytch.com/session", "true"), "no object");
  expect_invalid(member_with("https://stytch.com/session", R"({"roles":"stytch_admin"})"), "no array");
  expect_invalid(member_with("https://stytch.com/session", R"({"roles":[1]})"), "no string");
  expect_invalid(machine_with("scope", R"(["models:read"])"), "no string");
}

}  // namespace
}  // namespace almanac::api
