#include "services/api/access/token_claims.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace almanac::api {
namespace {

namespace json = events::json;
constexpr std::int64_t second_max = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::size_t subject_bytes_max = 255;

/// A NumericDate (RFC 7519, 2): seconds since 1970, a fraction allowed, in milliseconds. No floating point.
std::optional<std::int64_t> milliseconds_of(const json::Value& claim) {
  if (claim.kind != json::Kind::number) return std::nullopt;
  std::int64_t seconds = 0;
  std::int64_t thousandths = 0;
  if (const auto whole = json::whole(claim)) {
    seconds = *whole;
  } else {
    const char* const end = claim.text.data() + claim.text.size();
    const auto [point, fault] = std::from_chars(claim.text.data(), end, seconds);
    if (fault != std::errc() || point == end || *point != '.') return std::nullopt;
    if (!std::all_of(point + 1, end, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    std::int64_t scale = 100;
    for (const char* digit = point + 1; digit != end && scale > 0; ++digit, scale /= 10) {
      thousandths += (*digit - '0') * scale;
    }
  }
  if (seconds < 0 || seconds > second_max) return std::nullopt;
  return seconds * 1000 + thousandths;
}

bool audience_holds(const json::Value* aud, std::string_view project) {
  if (aud == nullptr) return false;
  if (aud->kind == json::Kind::string) return aud->text == project;
  return aud->kind == json::Kind::array &&
         std::any_of(aud->items.begin(), aud->items.end(), [&](const json::Value& item) {
           return item.kind == json::Kind::string && item.text == project;
         });
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

tl::expected<Life, std::string> judge_registered_claims(const json::Value& claims, const TokenRules& rules,
                                                        events::Instant now) {
  const auto refuse = [](const char* why) { return tl::make_unexpected(std::string(why)); };
  const auto* iss = claims.find("iss");
  if (iss == nullptr || iss->kind != json::Kind::string ||
      std::find(rules.issuers.begin(), rules.issuers.end(), iss->text) == rules.issuers.end()) {
    return refuse("`iss` is not the configured issuer");
  }
  if (rules.project.empty() || !audience_holds(claims.find("aud"), rules.project)) {
    return refuse("`aud` does not hold the project");
  }
  const auto* sub = claims.find("sub");
  if (sub == nullptr || sub->kind != json::Kind::string || sub->text.empty() ||
      sub->text.size() > subject_bytes_max || !is_visible_ascii(sub->text)) {
    return refuse("`sub` is not 1..255 visible ASCII characters");
  }

  const std::int64_t leeway_ms = rules.leeway_s * 1000;
  const auto* exp = claims.find("exp");
  const auto expires = exp == nullptr ? std::nullopt : milliseconds_of(*exp);
  if (!expires) return refuse("`exp` is no time");
  if (now.ms >= *expires + leeway_ms) return refuse("`exp` has passed");
  for (const std::string_view name : {"nbf", "iat"}) {
    const auto* claim = claims.find(name);
    if (claim == nullptr) continue;
    const auto at = milliseconds_of(*claim);
    if (!at) return refuse("`nbf` or `iat` is no time");
    if (*at > now.ms + leeway_ms) return refuse("`nbf` or `iat` lies ahead");
  }
  return Life{sub->text, events::Instant{*expires + leeway_ms}};
}

bool is_organization_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

tl::expected<std::string, std::string> organization_in(const json::Value* claim) {
  if (claim == nullptr || claim->kind == json::Kind::null) {
    return tl::make_unexpected(std::string("is missing: a token must name its organization"));
  }
  if (claim->kind != json::Kind::string || !is_organization_id(claim->text)) {
    return tl::make_unexpected(std::string("is no organization id: 1 to 128 of A-Z a-z 0-9 . _ -"));
  }
  return claim->text;
}

events::Scopes scopes_listed(std::string_view names) {
  events::Scopes scopes;
  while (!names.empty()) {
    const auto space = names.find(' ');
    if (const auto scope = events::scope_named(names.substr(0, space))) scopes.add(*scope);
    names.remove_prefix(space == std::string_view::npos ? names.size() : space + 1);
  }
  return scopes;
}

}  // namespace almanac::api
