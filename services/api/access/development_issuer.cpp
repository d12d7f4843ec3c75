#include "services/api/access/development_issuer.hpp"

#include "events/hash.hpp"
#include "events/json.hpp"
#include "services/api/access/base64url.hpp"
#include "services/api/access/development_key.hpp"
#include "services/api/access/token_claims.hpp"

namespace almanac::api {
namespace {

constexpr const char* directory_name = "development-issuer";

std::string in_json(std::string_view text) {
  std::string out;
  events::json::write_string(out, text);
  return out;
}

std::string claim(std::string_view name, std::string_view text) {
  return "," + in_json(name) + ":" + in_json(text);
}

std::string thumbprint(std::string_view n, std::string_view e) {
  const std::string canonical =
      R"({"e":")" + std::string(e) + R"(","kty":"RSA","n":")" + std::string(n) + "\"}";
  const auto hash = events::sha256(canonical);
  return base64url({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace

tl::expected<DevelopmentIssuer, std::string> DevelopmentIssuer::find(const std::filesystem::path& data) {
  const auto directory = data / directory_name;
  if (!std::filesystem::exists(directory / "key.pem")) {
    return tl::make_unexpected(
        data.string() + " holds no development issuer: start `almanac serve` on it once without auth.jwks");
  }
  auto key = read_or_make_key(directory / "key.pem");
  if (!key) return tl::make_unexpected(key.error());
  return DevelopmentIssuer(std::move(*key), directory / "jwks.json");
}

tl::expected<DevelopmentIssuer, std::string> DevelopmentIssuer::open(const std::filesystem::path& data) {
  const auto directory = data / directory_name;
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return tl::make_unexpected(directory.string() + ": cannot be made: " + error.message());
  auto key = read_or_make_key(directory / "key.pem");
  if (!key) return tl::make_unexpected(key.error());
  DevelopmentIssuer made(std::move(*key), directory / "jwks.json");
  if (const auto written = replace_file(made.jwks_file_, made.jwks(), 0644); !written) {
    return tl::make_unexpected(written.error());
  }
  return made;
}

DevelopmentIssuer::DevelopmentIssuer(PrivateKey key, std::filesystem::path jwks_file)
    : key_(std::move(key)), jwks_file_(std::move(jwks_file)) {
  const auto numbers = public_numbers(key_);
  modulus_ = base64url(numbers.n);
  exponent_ = base64url(numbers.e);
  kid_ = thumbprint(modulus_, exponent_);
}

std::string DevelopmentIssuer::jwks() const {
  return R"({"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":)" + in_json(kid_) + R"(,"n":)" +
         in_json(modulus_) + R"(,"e":)" + in_json(exponent_) + "}]}\n";
}

std::string DevelopmentIssuer::mint(const Wish& wish, events::Instant now) const {
  const std::int64_t issued = now.ms / 1000;
  std::string claims = R"({"iss":)" + in_json(issuer) + R"(,"aud":[)" + in_json(project) + "]" +
                       claim("sub", wish.subject) + R"(,"iat":)" + std::to_string(issued) + R"(,"nbf":)" +
                       std::to_string(issued) + R"(,"exp":)" + std::to_string(issued + wish.ttl_s);
  if (wish.kind == BearerKind::member) {
    std::string roles;
    for (const auto& role : wish.roles)
      roles += (roles.empty() ? "" : ",") + in_json(role);
    claims += R"(,"https://stytch.com/session":{"roles":[)" + roles + "]}" +
              R"(,"https://stytch.com/organization":{"organization_id":)" + in_json(wish.organization) + "}";
  } else {
    claims += claim("scope", wish.scope) + claim("organization_id", wish.organization);
  }
  if (!wish.plan.empty()) claims += claim("plan", wish.plan);
  claims += "}";

  const std::string header = R"({"alg":"RS256","kid":)" + in_json(kid_) + R"(,"typ":"JWT"})";
  const std::string signed_part = base64url(header) + "." + base64url(claims);
  return signed_part + "." + base64url(sign_rs256(key_, signed_part));
}

TokenRules DevelopmentIssuer::rules() {
  TokenRules rules;
  rules.project = project;
  rules.issuers = {std::string(issuer)};
  rules.roles = default_roles();
  for (const char* scope :
       {"models:read", "models:write", "catalog:write", "events:read", "events:read:all", "org:admin"}) {
    rules.roles.emplace(scope, scopes_listed(scope));
  }
  return rules;
}

}  // namespace almanac::api
