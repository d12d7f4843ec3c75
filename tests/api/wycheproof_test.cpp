#include <cjose/cjose.h>
#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "events/hash.hpp"
#include "events/json.hpp"
#include "services/api/access/base64url.hpp"
#include "services/api/access/jws.hpp"

namespace almanac::api {
namespace {

namespace json = events::json;

const char* const absent = "the Wycheproof vectors are not at ../shared/corpora/wycheproof";

std::optional<json::Value> vectors(const std::string& name) {
  const std::filesystem::path file = std::string(ALMANAC_SHARED_DIR) + "/corpora/wycheproof/" + name;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return json::parse(text, {.bytes_max = 64 << 20}).value();
}

std::string key_set_of(const json::Value& jwk) {
  std::string text = R"({"keys":[)";
  json::write(text, jwk);
  return text + "]}";
}

/// Whether the door would open: strict reading, a usable key of that name, and a signature that holds.
bool accepted(const std::string& token, const std::string& key_set) {
  const auto keys = KeySet::parse(key_set);
  const auto jws = read_jws(token);
  return keys && jws && signature_holds(*jws, (*keys)->find(jws->kid));
}

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

TEST(Wycheproof, json_web_signatures_are_judged_as_they_should_be) {
  const auto document = vectors("json_web_signature_test.json");
  if (!document) GTEST_SKIP() << absent;
  int good = 0, refused = 0;
  for (const auto& group : document->find("testGroups")->items) {
    const auto* jwk = group.find("public") != nullptr ? group.find("public") : group.find("private");
    const auto* alg = jwk->find("alg");
    for (const auto& each : group.find("tests")->items) {
      const auto* jws = each.find("jws");
      if (jws->kind != json::Kind::string) continue;  // the JSON serialization, which no header can carry
      const bool is_ours = alg != nullptr && alg->text == "RS256";
      const bool should = is_ours && each.find("result")->text == "valid";
      EXPECT_EQ(accepted(jws->text, key_set_of(*jwk)), should)
          << each.find("tcId")->text << " " << each.find("comment")->text;
      ++(should ? good : refused);
    }
  }
  EXPECT_GE(good, 8);
  EXPECT_GE(refused, 350);
}

/// What cjose calls for RS256, on the key that it made of our numbers.
bool holds_for(const std::string& message, const std::string& signature, const KeySet::Key& key) {
  const auto digest = events::sha256(message);
  cjose_err error{};
  auto* rsa = static_cast<RSA*>(cjose_jwk_get_keydata(key.get(), &error));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  return RSA_verify(NID_sha256, digest.data(), digest.size(),
                    reinterpret_cast<const unsigned char*>(signature.data()), signature.size(), rsa) == 1;
#pragma GCC diagnostic pop
}

TEST(Wycheproof, rsa_2048_sha256_signatures_are_judged_as_they_should_be) {
  const auto document = vectors("rsa_signature_2048_sha256_test.json");
  if (!document) GTEST_SKIP() << absent;
  int good = 0, refused = 0;
  for (const auto& group : document->find("testGroups")->items) {
    const auto* jwk = group.find("keyJwk");
    const auto* kid = jwk->find("kid");
    ASSERT_NE(kid, nullptr);
    const auto keys = KeySet::parse(key_set_of(*jwk));
    ASSERT_TRUE(keys.has_value()) << keys.error();
    for (const auto& each : group.find("tests")->items) {
      const auto& result = each.find("result")->text;
      if (result == "acceptable") continue;  // legacy forms that a library may take or refuse
      EXPECT_EQ(holds_for(bytes_of_hex(each.find("msg")->text), bytes_of_hex(each.find("sig")->text),
                          (*keys)->find(kid->text)),
                result == "valid")
          << each.find("tcId")->text << " " << each.find("comment")->text;
      ++(result == "valid" ? good : refused);
    }
  }
  EXPECT_GE(good, 5);
  EXPECT_GE(refused, 200);
}

}  // namespace
}  // namespace almanac::api
