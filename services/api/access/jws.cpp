#include "services/api/access/jws.hpp"

#include <cjose/cjose.h>

#include <memory>

#include "events/json.hpp"
#include "services/api/access/base64url.hpp"

namespace almanac::api {
namespace {

namespace json = events::json;
constexpr std::size_t token_bytes_max = 16 * 1024;

/// nullptr-safe: empty when the member is absent, nullopt when it is no string.
std::optional<std::string> text_member(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr) return std::string();
  if (member->kind != json::Kind::string) return std::nullopt;
  return member->text;
}

}  // namespace

tl::expected<Jws, std::string> read_jws(std::string_view compact) {
  const auto refuse = [](const char* why) { return tl::make_unexpected(std::string(why)); };
  if (compact.size() > token_bytes_max) return refuse("the token is over 16 KiB");
  const auto first = compact.find('.');
  const auto second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) {
    return refuse("the token has not exactly three parts");
  }
  const auto header_text = parse_base64url(compact.substr(0, first));
  auto payload = parse_base64url(compact.substr(first + 1, second - first - 1));
  const auto signature = parse_base64url(compact.substr(second + 1));
  if (!header_text || !payload || !signature) return refuse("a part is not canonical base64url");
  if (header_text->empty() || signature->empty()) return refuse("a part is empty");

  const auto header = json::parse(*header_text, {.bytes_max = token_bytes_max, .depth_max = 8});
  if (!header || header->kind != json::Kind::object) return refuse("the header is not strict JSON");
  if (header->find("crit") != nullptr) return refuse("the header has `crit`");
  const json::Value* alg = header->find("alg");
  if (alg == nullptr || alg->kind != json::Kind::string || alg->text != "RS256") {
    return refuse("`alg` is not RS256");
  }
  const auto kid = text_member(*header, "kid");
  const auto typ = text_member(*header, "typ");
  if (!kid || kid->empty()) return refuse("the header has no `kid`");
  if (!typ) return refuse("`typ` is no string");
  return Jws{compact, *kid, *typ, std::move(*payload)};
}

bool signature_holds(const Jws& jws, const KeySet::Key& key) {
  if (key == nullptr) return false;
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, void (*)(cjose_jws_t*)> parsed(
      cjose_jws_import(jws.compact.data(), jws.compact.size(), &error), &cjose_jws_release);
  return parsed != nullptr && cjose_jws_verify(parsed.get(), key.get(), &error);
}

}  // namespace almanac::api
