#pragma once
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "events/json.hpp"
#include "services/api/access/token.hpp"

/// The claims of a token whose signature holds, one by one. Refusals are sentences for the log.
namespace almanac::api {

/// Said of a token whose `kid` is not in the key set: the one refusal that a fetch may heal.
inline constexpr std::string_view unknown_key = "`kid` names no key that is known";

struct Life {
  std::string subject;
  events::Instant expires_at;  ///< leeway included
};
/// `iss`, `aud`, `sub`, `exp`, `nbf`, `iat` (RFC 7519, 4.1).
tl::expected<Life, std::string> judge_registered_claims(const events::json::Value& claims,
                                                        const TokenRules& rules, events::Instant now);

/// The organisation's id; the error completes "The token's claim … ". nullptr: the claim is absent.
tl::expected<std::string, std::string> organization_in(const events::json::Value* claim);
/// 1..128 of [A-Za-z0-9._-].
bool is_organization_id(std::string_view id);

/// The scopes in a space-separated list; names that are not Almanac's are somebody else's.
events::Scopes scopes_listed(std::string_view names);

}  // namespace almanac::api
