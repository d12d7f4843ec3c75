#include "services/api/access/token.hpp"

#include <algorithm>

#include "events/json.hpp"
#include "services/api/access/jws.hpp"
#include "services/api/access/token_claims.hpp"

namespace almanac::api {
namespace {

namespace json = events::json;
constexpr std::string_view session_claim = "https://stytch.com/session";
constexpr std::string_view organization_object_claim = "https://stytch.com/organization";

struct Rights {
  events::Scopes scopes;
  const json::Value* organization = nullptr;
};
using RightsResult = tl::expected<Rights, std::string>;

RightsResult rights_of_member(const json::Value& claims, const json::Value& session,
                              const TokenRules& rules) {
  if (session.kind != json::Kind::object) {
    return tl::make_unexpected(std::string("the session claim is no object"));
  }
  Rights rights;
  if (const auto* roles = session.find("roles"); roles != nullptr) {
    if (roles->kind != json::Kind::array) return tl::make_unexpected(std::string("`roles` is no array"));
    for (const auto& role : roles->items) {
      if (role.kind != json::Kind::string) return tl::make_unexpected(std::string("a role is no string"));
      if (const auto found = rules.roles.find(role.text); found != rules.roles.end()) {
        rights.scopes.bits |= found->second.bits;
      }
    }
  }
  const auto* organization = claims.find(organization_object_claim);
  if (organization != nullptr && organization->kind == json::Kind::object) {
    rights.organization = organization->find("organization_id");
  }
  return rights;
}

RightsResult rights_of_machine(const json::Value& claims, const TokenRules& rules) {
  Rights rights;
  if (const auto* scope = claims.find("scope"); scope != nullptr) {
    if (scope->kind != json::Kind::string) return tl::make_unexpected(std::string("`scope` is no string"));
    rights.scopes = scopes_listed(scope->text);
  }
  rights.organization = claims.find(rules.organization_claim);
  return rights;
}

tl::expected<events::Plan, std::string> plan_of(const json::Value& claims, const TokenRules& rules) {
  const auto* claim = claims.find(rules.plan_claim);
  if (claim == nullptr || claim->kind == json::Kind::null) return rules.default_plan;
  const auto plan = claim->kind == json::Kind::string ? events::plan_named(claim->text) : std::nullopt;
  if (!plan) return tl::make_unexpected("`" + rules.plan_claim + "` names no plan");
  return *plan;
}

}  // namespace

std::map<std::string, events::Scopes, std::less<>> default_roles() {
  return {{"stytch_member", scopes_listed("models:read models:write")},
          {"stytch_admin", scopes_listed("models:read models:write org:admin events:read")}};
}

TokenResult verify_token(std::string_view token, const KeySet& keys, const TokenRules& rules,
                         events::Instant now) {
  const auto refuse = [](std::string why) {
    return tl::make_unexpected(TokenRefusal{TokenRefusal::Kind::invalid, std::move(why)});
  };
  const auto jws = read_jws(token);
  if (!jws) return refuse(jws.error());
  if (jws->typ != "JWT") return refuse("`typ` is not JWT");
  const auto key = keys.find(jws->kid);
  if (key == nullptr) return refuse(std::string(unknown_key));
  if (!signature_holds(*jws, key)) return refuse("the signature does not hold");

  const auto claims = json::parse(jws->payload);
  if (!claims || claims->kind != json::Kind::object) return refuse("the payload is not strict JSON");
  const auto life = judge_registered_claims(*claims, rules, now);
  if (!life) return refuse(life.error());

  const auto* session = claims->find(session_claim);
  const auto rights =
      session != nullptr ? rights_of_member(*claims, *session, rules) : rights_of_machine(*claims, rules);
  if (!rights) return refuse(rights.error());
  const auto plan = plan_of(*claims, rules);
  if (!plan) return refuse(plan.error());
  const auto organization = organization_in(rights->organization);
  if (!organization) {
    const std::string where = session != nullptr
                                  ? std::string(organization_object_claim) + "`.`organization_id"
                                  : rules.organization_claim;
    return tl::make_unexpected(
        TokenRefusal{TokenRefusal::Kind::no_organization,
                     "The token's claim `" + where + "` " + organization.error() + "."});
  }

  auto bearer = std::make_shared<Bearer>();
  bearer->kind = session != nullptr ? BearerKind::member : BearerKind::machine;
  bearer->subject = life->subject;
  bearer->caller = {.organization = *organization,
                    .actor = (session != nullptr ? "member:" : "client:") + life->subject,
                    .scopes = rights->scopes,
                    .plan = *plan};
  bearer->expires_at = life->expires_at;
  bearer->keys_epoch = keys.epoch();
  return std::shared_ptr<const Bearer>(std::move(bearer));
}

}  // namespace almanac::api
