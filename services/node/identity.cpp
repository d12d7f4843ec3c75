#include "services/node/identity.hpp"

#include "services/api/access/development_issuer.hpp"

namespace almanac::node {
namespace {

api::TokenRules rules_of(const Settings& settings) {
  api::TokenRules rules;
  if (settings.auth.jwks) {
    rules.project = settings.auth.project;
    rules.issuers = {"stytch.com/" + settings.auth.project};
    if (!settings.auth.issuer.empty()) rules.issuers.push_back(settings.auth.issuer);
    rules.roles = api::default_roles();
  } else {
    rules = api::DevelopmentIssuer::rules();
  }
  for (const auto& [role, scopes] : settings.auth.roles)
    rules.roles.insert_or_assign(role, scopes);
  rules.organization_claim = settings.auth.organization_claim;
  rules.plan_claim = settings.auth.plan_claim;
  rules.default_plan = settings.auth.default_plan;
  rules.leeway_s = settings.auth.leeway_s;
  return rules;
}

}  // namespace

tl::expected<Identity, log::Failure> Identity::open(const Settings& settings, const Logger& logger) {
  Identity identity;
  std::string source;
  if (settings.auth.jwks) {
    source = *settings.auth.jwks;
  } else {
    const auto issuer = api::DevelopmentIssuer::open(settings.data.dir);
    if (!issuer) return tl::make_unexpected(log::Failure{issuer.error(), "mend or remove that file"});
    source = issuer->jwks_file().string();
    identity.development_issuer = true;
    logger.warn(
        "a development issuer is in force: whoever can read the data directory can mint tokens; set "
        "auth.jwks "
        "before production");
  }
  const auto told = [&logger](const tl::expected<std::size_t, std::string>& fetched) {
    if (fetched) {
      logger.say(LogLevel::debug, "key set fetched", {{"keys", std::to_string(*fetched)}});
    } else {
      logger.warn("key set not fetched, the old keys stay", {{"why", fetched.error()}});
    }
  };
  identity.keys = std::make_unique<api::Keys>(api::Keys::Options{.source = source, .told = told});
  const auto fetched = identity.keys->fetch();
  if (!fetched && source.find("://") == std::string::npos) {
    return tl::make_unexpected(log::Failure{fetched.error(), "give auth.jwks a JWKS file that can be read"});
  }
  if (fetched && !identity.keys->current()->left_out().empty()) {
    logger.warn("keys were left out", {{"why", identity.keys->current()->left_out()}});
  }
  identity.tokens = std::make_unique<api::Tokens>(rules_of(settings), *identity.keys);
  return identity;
}

}  // namespace almanac::node
