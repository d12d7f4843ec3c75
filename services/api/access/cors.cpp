#include "services/api/access/cors.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace almanac::api {
namespace {

// The two lists of api.md, "CORS".
constexpr std::string_view request_headers =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Almanac-Min-Position, "
    "Almanac-Reason, "
    "Last-Event-ID, traceparent";
constexpr std::string_view exposed_headers =
    "ETag, Location, Retry-After, Almanac-Position, Almanac-As-Of, Almanac-Age, Almanac-Read-To, "
    "Idempotency-Replayed, Deprecation, Sunset, Link, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Reset";
constexpr std::string_view preflight_seconds = "600";

bool is_origin(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || !url->has_authority() || url->encoded_host().empty()) return false;
  const bool upper = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return !upper && !url->has_userinfo() && url->encoded_path().empty() && !url->has_query() &&
         !url->has_fragment();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

}  // namespace

tl::expected<Cors, std::string> Cors::parse(std::string_view origins) {
  Cors cors;
  if (trimmed(origins).empty()) return cors;
  for (;;) {
    const std::size_t comma = origins.find(',');
    const std::string_view origin = trimmed(origins.substr(0, comma));
    if (!is_origin(origin))
      return tl::unexpected("not an origin, like https://app.example.com in lower case: \"" +
                            std::string(origin) + "\"");
    cors.origins_.emplace_back(origin);
    if (comma == std::string_view::npos) return cors;
    origins.remove_prefix(comma + 1);
  }
}

const std::string* Cors::allowed(const Request& request) const {
  const auto origin = request.header("Origin");
  if (!origin) return nullptr;
  // Byte for byte: browsers serialise origins in one way (RFC 6454 6.2).
  const auto at = std::find(origins_.begin(), origins_.end(), *origin);
  return at == origins_.end() ? nullptr : &*at;
}

void Cors::stamp(const Request& request, Response& response) const {
  if (!on()) return;
  response.headers.append("Vary: Origin\r\n");
  if (const std::string* origin = allowed(request))
    response.header("Access-Control-Allow-Origin", *origin)
        .header("Access-Control-Expose-Headers", exposed_headers);
}

std::optional<Response> Cors::preflight(const Request& request, std::string_view methods) const {
  if (request.method() != "OPTIONS" || !request.header("Access-Control-Request-Method")) return std::nullopt;
  const std::string* origin = on() ? allowed(request) : nullptr;
  if (origin == nullptr) return std::nullopt;
  Response response;
  response.status = 204;
  response.header("Vary", "Origin").header("Access-Control-Allow-Origin", *origin);
  response.header("Access-Control-Allow-Methods", methods)
      .header("Access-Control-Allow-Headers", request_headers);
  response.header("Access-Control-Max-Age", preflight_seconds);
  return response;
}

}  // namespace almanac::api
