#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "services/api/access/development_key.hpp"
#include "services/api/access/keys.hpp"

namespace almanac::api::test {

/// A directory of this test's own, gone with it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }
  const std::filesystem::path& path() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

/// A key pair of the test program's own, made once for each name.
PrivateKey key_named(const std::string& name);
/// A JWK of it, `extra` being more members with a leading comma.
std::string jwk(const std::string& key_name, const std::string& kid, const std::string& extra = "");
std::string jwks(std::initializer_list<std::string> keys);

/// header . payload . RS256 signature; the texts are taken as they are.
std::string sign_token(const std::string& header, const std::string& payload,
                       const std::string& key_name = "one");

inline const std::string good_header = R"({"alg":"RS256","kid":"k1","typ":"JWT"})";

/// The claims of a good token at `now_s`, to be changed one at a time: values are JSON, empty takes one out.
std::map<std::string, std::string> member_claims(std::int64_t now_s);
std::map<std::string, std::string> machine_claims(std::int64_t now_s);
std::string claims_text(const std::map<std::string, std::string>& claims);

}  // namespace almanac::api::test
