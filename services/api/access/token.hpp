#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/command.hpp"
#include "services/api/access/keys.hpp"

/// What a bearer token says (api.md, Tokens): Stytch B2B, RS256 only, both shapes.
namespace almanac::api {

enum class BearerKind : std::uint8_t { member, machine };

/// Who holds a token that was found good. Immutable and shared: a connection keeps the one it saw last.
struct Bearer {
  events::Caller caller;  ///< organisation, actor (`member:<id>`, `client:<id>`), scopes, plan
  BearerKind kind = BearerKind::machine;
  std::string subject;           ///< member id or client id, without its kind
  events::Instant expires_at;    ///< from here on the token is no good, leeway included
  std::uint64_t keys_epoch = 0;  ///< key set that vouched for it; another one in force: verify again
};

/// Two ways to be refused. invalid: 401 `error="invalid_token"`, the client hears only "Invalid or expired
/// token.". no_organization: 403, the client hears `detail`. `detail` is for the log in both cases.
struct TokenRefusal {
  enum class Kind : std::uint8_t { invalid, no_organization } kind = Kind::invalid;
  std::string detail;
};
using TokenResult = tl::expected<std::shared_ptr<const Bearer>, TokenRefusal>;

/// The settings that a token is read by.
struct TokenRules {
  std::string project;  ///< must stand in `aud`
  /// Accepted `iss`: `stytch.com/<project>`, and a configured one beside it.
  std::vector<std::string> issuers;
  std::string organization_claim = "organization_id";  ///< of machine tokens
  std::string plan_claim = "plan";
  events::Plan default_plan = events::Plan::free;
  std::map<std::string, events::Scopes, std::less<>> roles;  ///< a member's role -> what it may
  std::int64_t leeway_s = 0;
};
/// `stytch_member` and `stytch_admin`, as api.md has them.
std::map<std::string, events::Scopes, std::less<>> default_roles();

/// Every check of a token, the signature included; keeps nothing. Any thread.
TokenResult verify_token(std::string_view token, const KeySet& keys, const TokenRules& rules,
                         events::Instant now);

/// The door: verified tokens are remembered in a bounded table under a keyed hash, compared whole, and expire
/// on every hit; a rotation of the keys forgets them all. Any thread.
class Tokens {
 public:
  /// `keys` outlives it.
  Tokens(TokenRules rules, Keys& keys, std::size_t remembered_max = 16'384);
  ~Tokens();

  /// `token` is what stands behind `Bearer `. An unknown `kid` asks `keys` to fetch in the background and is
  /// refused meanwhile.
  TokenResult check(std::string_view token, events::Instant now);

  /// The fast way for a connection: `last` is its own memory of the token it saw last, touched by one thread.
  struct Last {
    std::string token;
    std::shared_ptr<const Bearer> bearer;
  };
  TokenResult check(std::string_view token, events::Instant now, Last& last);

 private:
  struct Memory;
  TokenRules rules_;
  Keys& keys_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace almanac::api
