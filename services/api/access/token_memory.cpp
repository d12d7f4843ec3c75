#include <mutex>
#include <vector>

#include "services/api/access/keyed_hash.hpp"
#include "services/api/access/token.hpp"
#include "services/api/access/token_claims.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t shards = 16;

bool still_good(const Bearer& bearer, std::uint64_t keys_epoch, events::Instant now) {
  return bearer.keys_epoch == keys_epoch && now < bearer.expires_at;
}

}  // namespace

/// One place per hash: a newcomer takes the place of whoever is there, so the table never grows and needs no
/// order of use.
struct Tokens::Memory {
  struct Place {
    std::string token;
    std::shared_ptr<const Bearer> bearer;
  };
  struct Shard {
    std::mutex mutex;
    std::vector<Place> places;
  };
  explicit Memory(std::size_t remembered_max) : shard(shards) {
    for (auto& each : shard)
      each.places.resize(std::max<std::size_t>(1, remembered_max / shards));
  }
  KeyedHash hash;
  std::vector<Shard> shard;
};

Tokens::Tokens(TokenRules rules, Keys& keys, std::size_t remembered_max)
    : rules_(std::move(rules)), keys_(keys), memory_(std::make_unique<Memory>(remembered_max)) {}

Tokens::~Tokens() = default;

TokenResult Tokens::check(std::string_view token, events::Instant now) {
  const std::uint64_t hash = memory_->hash(token);
  auto& shard = memory_->shard[hash % shards];
  auto& place = shard.places[(hash / shards) % shard.places.size()];
  {
    const std::lock_guard lock(shard.mutex);
    if (place.bearer != nullptr && place.token == token && still_good(*place.bearer, keys_.epoch(), now)) {
      return place.bearer;
    }
  }
  auto result = verify_token(token, *keys_.current(), rules_, now);
  if (result) {
    const std::lock_guard lock(shard.mutex);
    place.token = token;
    place.bearer = *result;
  } else if (result.error().detail == unknown_key) {
    keys_.unknown_kid();
  }
  return result;
}

TokenResult Tokens::check(std::string_view token, events::Instant now, Last& last) {
  if (last.bearer != nullptr && last.token == token && still_good(*last.bearer, keys_.epoch(), now)) {
    return last.bearer;
  }
  auto result = check(token, now);
  if (result) {
    last.token = token;
    last.bearer = *result;
  } else {
    last.bearer.reset();
  }
  return result;
}

}  // namespace almanac::api
