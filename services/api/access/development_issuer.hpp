#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "services/api/access/token.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

/// An identity provider for a first run: an RSA key pair of the node's own, kept in its data directory, and
/// tokens of both shapes. It vouches for whoever can read that directory; never for production.
namespace almanac::api {

class DevelopmentIssuer {
 public:
  static constexpr std::string_view project = "almanac-development";
  static constexpr std::string_view issuer = "stytch.com/almanac-development";

  /// Reads `<data>/development-issuer/key.pem`, or makes it (mode 0600) together with `jwks.json` beside it.
  /// Two processes that make it at once end with the same key. The error is a sentence for an operator.
  static tl::expected<DevelopmentIssuer, std::string> open(const std::filesystem::path& data);
  /// Only reads what a node has made: a data directory that was never served is not begun by minting.
  static tl::expected<DevelopmentIssuer, std::string> find(const std::filesystem::path& data);

  /// Where its JWKS lies: what a `Keys` of this node reads.
  const std::filesystem::path& jwks_file() const { return jwks_file_; }
  std::string jwks() const;

  struct Wish {
    BearerKind kind = BearerKind::machine;
    std::string organization;
    std::string subject;
    std::string scope;               ///< of a machine: space-separated
    std::vector<std::string> roles;  ///< of a member; a scope's own name is a role here
    std::string plan;                ///< empty: no claim
    std::int64_t ttl_s = 3600;
  };
  std::string mint(const Wish& wish, events::Instant now) const;

  /// Its own project and issuer, and besides the default roles each scope under its own name.
  static TokenRules rules();

 private:
  DevelopmentIssuer(std::shared_ptr<evp_pkey_st> key, std::filesystem::path jwks_file);

  std::shared_ptr<evp_pkey_st> key_;
  std::filesystem::path jwks_file_;
  std::string modulus_, exponent_;  ///< base64url
  std::string kid_;                 ///< RFC 7638 thumbprint
};

}  // namespace almanac::api
