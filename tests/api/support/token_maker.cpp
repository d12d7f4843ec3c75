#include "tests/api/support/token_maker.hpp"

#include <unistd.h>

#include <atomic>
#include <mutex>

#include "services/api/access/base64url.hpp"

namespace almanac::api::test {

Scratch::Scratch() {
  static std::atomic<int> made{0};
  directory_ = std::filesystem::temp_directory_path() /
               ("almanac-api-" + std::to_string(::getpid()) + "-" + std::to_string(made++));
  std::filesystem::create_directories(directory_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

PrivateKey key_named(const std::string& name) {
  static std::mutex mutex;
  static Scratch scratch;
  static std::map<std::string, PrivateKey> keys;
  const std::lock_guard lock(mutex);
  auto& key = keys[name];
  if (key == nullptr) key = read_or_make_key(scratch / name).value();
  return key;
}

std::string jwk(const std::string& key_name, const std::string& kid, const std::string& extra) {
  const auto numbers = public_numbers(key_named(key_name));
  return R"({"kty":"RSA","kid":")" + kid + R"(","n":")" + base64url(numbers.n) + R"(","e":")" +
         base64url(numbers.e) + "\"" + extra + "}";
}

std::string jwks(std::initializer_list<std::string> keys) {
  std::string text = R"({"keys":[)";
  for (const auto& key : keys)
    text += (text.ends_with('[') ? "" : ",") + key;
  return text + "]}";
}

std::string sign_token(const std::string& header, const std::string& payload, const std::string& key_name) {
  const std::string signed_part = base64url(header) + "." + base64url(payload);
  return signed_part + "." + base64url(sign_rs256(key_named(key_name), signed_part));
}

std::map<std::string, std::string> member_claims(std::int64_t now_s) {
  return {{"iss", R"("stytch.com/project-test")"},
          {"aud", R"(["project-test"])"},
          {"sub", R"("member-test-1")"},
          {"iat", std::to_string(now_s)},
          {"nbf", std::to_string(now_s)},
          {"exp", std::to_string(now_s + 300)},
          {"https://stytch.com/session", R"({"id":"session-1","roles":["stytch_member"]})"},
          {"https://stytch.com/organization", R"({"organization_id":"organization-test-1","slug":"a"})"}};
}

std::map<std::string, std::string> machine_claims(std::int64_t now_s) {
  return {{"iss", R"("stytch.com/project-test")"},
          {"aud", R"(["project-test"])"},
          {"sub", R"("m2m-client-1")"},
          {"iat", std::to_string(now_s)},
          {"nbf", std::to_string(now_s)},
          {"exp", std::to_string(now_s + 3600)},
          {"scope", R"("models:read catalog:write")"},
          {"organization_id", R"("acme")"}};
}

std::string claims_text(const std::map<std::string, std::string>& claims) {
  std::string text = "{";
  for (const auto& [name, value] : claims) {
    if (value.empty()) continue;
    text += (text.size() == 1 ? "\"" : ",\"") + name + "\":" + value;
  }
  return text + "}";
}

}  // namespace almanac::api::test
