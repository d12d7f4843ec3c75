#pragma once
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "services/api/access/keys.hpp"

/// JSON Web Signatures (RFC 7515), compact, RS256 and nothing else.
namespace almanac::api {

/// A token taken apart; nothing of it is vouched for before `signature_holds`.
struct Jws {
  std::string_view compact;
  std::string kid;
  std::string typ;      ///< empty: none was given
  std::string payload;  ///< decoded bytes
};

/// The strict checks before any cryptography sees the token: at most 16 KiB, exactly three canonical
/// base64url parts, a header object without duplicate names, `alg` RS256, a `kid`, no `crit`. A refusal says
/// why, for the log. `compact` must outlive the result.
tl::expected<Jws, std::string> read_jws(std::string_view compact);

/// RSASSA-PKCS1-v1_5 with SHA-256 over the first two parts.
bool signature_holds(const Jws& jws, const KeySet::Key& key);

}  // namespace almanac::api
