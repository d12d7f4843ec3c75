#include <cjose/cjose.h>

#include <bit>

#include "events/json.hpp"
#include "services/api/access/base64url.hpp"
#include "services/api/access/keys.hpp"

namespace almanac::api {
namespace {

namespace json = events::json;
constexpr std::size_t key_bits_min = 2048;
constexpr std::size_t key_bits_max = 8192;  // larger ones only cost time

const json::Value* text_of(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member != nullptr && member->kind == json::Kind::string ? member : nullptr;
}

std::string without_leading_zeros(std::string bytes) {
  bytes.erase(0, bytes.find_first_not_of('\0'));
  return bytes;
}

std::size_t bits_of(std::string_view number) {
  if (number.empty()) return 0;
  return (number.size() - 1) * 8 +
         std::bit_width(static_cast<unsigned>(static_cast<unsigned char>(number[0])));
}

/// RFC 7517, 4.2 to 4.4: what a key says that it is for. Silence allows everything.
bool is_for_verifying(const json::Value& jwk) {
  if (const auto* use = jwk.find("use"); use != nullptr && use->text != "sig") return false;
  if (const auto* alg = jwk.find("alg"); alg != nullptr && alg->text != "RS256") return false;
  const auto* operations = jwk.find("key_ops");
  if (operations == nullptr) return true;
  for (const auto& operation : operations->items) {
    if (operation.text == "verify") return true;
  }
  return false;
}

struct Read {
  std::string kid;
  KeySet::Key key;
};

tl::expected<Read, std::string> read_key(const json::Value& jwk) {
  const auto refuse = [](std::string why) { return tl::make_unexpected(std::move(why)); };
  const auto* kid = text_of(jwk, "kid");
  if (kid == nullptr || kid->text.empty()) return refuse("a key has no `kid`");
  const auto named = [&](const char* why) { return refuse("key " + kid->text + " " + why); };
  const auto* kty = text_of(jwk, "kty");
  if (kty == nullptr || kty->text != "RSA") return named("is no RSA key");
  if (!is_for_verifying(jwk)) return named("is not for RS256 signatures");
  const auto* modulus_text = text_of(jwk, "n");
  const auto* exponent_text = text_of(jwk, "e");
  auto modulus = modulus_text == nullptr ? std::nullopt : parse_base64url(modulus_text->text);
  auto exponent = exponent_text == nullptr ? std::nullopt : parse_base64url(exponent_text->text);
  if (!modulus || !exponent) return named("has no canonical `n` and `e`");
  auto n = without_leading_zeros(std::move(*modulus));
  auto e = without_leading_zeros(std::move(*exponent));
  if (bits_of(n) < key_bits_min) return named("is under 2048 bits");
  if (bits_of(n) > key_bits_max) return named("is over 8192 bits");
  if (e.empty() || (e.back() & 1) == 0 || bits_of(e) < 2 || bits_of(e) > 64)
    return named("has a bad exponent");
  if ((n.back() & 1) == 0) return named("has an even modulus");

  // Only the public parts: a key set that leaks private ones must not make them ours.
  cjose_jwk_rsa_keyspec spec{};
  spec.n = reinterpret_cast<std::uint8_t*>(n.data());
  spec.nlen = n.size();
  spec.e = reinterpret_cast<std::uint8_t*>(e.data());
  spec.elen = e.size();
  cjose_err error{};
  cjose_jwk_t* made = cjose_jwk_create_RSA_spec(&spec, &error);
  if (made == nullptr) return named("cannot be used");
  return Read{kid->text, KeySet::Key(made, [](cjose_jwk_t* key) { cjose_jwk_release(key); })};
}

}  // namespace

tl::expected<std::shared_ptr<const KeySet>, std::string> KeySet::parse(std::string_view jwks,
                                                                       std::uint64_t epoch) {
  const auto refuse = [](std::string why) { return tl::make_unexpected(std::move(why)); };
  const auto document = json::parse(jwks, {.bytes_max = 1 << 20, .depth_max = 16});
  if (!document) return refuse("it is not strict JSON: " + document.error().detail);
  const auto* keys = document->find("keys");
  if (document->kind != json::Kind::object || keys == nullptr || keys->kind != json::Kind::array) {
    return refuse("it is no JWKS: there is no array `keys`");
  }
  auto set = std::make_shared<KeySet>();
  set->epoch_ = epoch;
  const auto leave_out = [&](const std::string& why) {
    if (!set->left_out_.empty()) set->left_out_ += "; ";
    set->left_out_ += why;
  };
  for (const auto& jwk : keys->items) {
    auto read = read_key(jwk);
    if (!read) {
      leave_out(read.error());
    } else if (!set->keys_.emplace(read->kid, read->key).second) {
      leave_out("key " + read->kid + " is there twice, the first one counts");
    }
  }
  if (set->keys_.empty()) {
    return refuse("it holds no RSA signature key of 2048 bits or more" +
                  (set->left_out_.empty() ? "" : ": " + set->left_out_));
  }
  return std::shared_ptr<const KeySet>(std::move(set));
}

KeySet::Key KeySet::find(std::string_view kid) const {
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : found->second;
}

}  // namespace almanac::api
