#include "projections/bytes.hpp"
#include "projections/fold.hpp"
#include "projections/fold_families.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

using events::Stamp;

// Expired keys go at every 64th position, at most 256 at a time: four times as fast as they can come, decided
// by the log alone, and one seek for 64 events.
constexpr Position expiry_stride = 64;
constexpr std::size_t expired_max = 256;

std::string_view bytes_of(const events::Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// The first position of the command that an event belongs to: its events stand together under one
// correlation id.
Position first_of_command(MutableRows& rows, const Stamp& stamp) {
  if (const auto value = rows.get(Family::meta, command_key)) {
    In last(*value);
    const events::Uuid correlation = last.id();
    const Position first = last.u64();
    if (correlation == stamp.correlation_id) return first;
  }
  rows.put(Family::meta, command_key, Out(24).id(stamp.correlation_id).u64(stamp.position).take());
  return stamp.position;
}

void remember(MutableRows& rows, const Stamp& stamp) {
  const std::string_view key = bytes_of(stamp.idempotency->key);
  const events::Instant expires_at{stamp.time.ms + remembered_for_ms};
  rows.put(Family::idempotency, key,
           encode_key({stamp.idempotency->fingerprint, first_of_command(rows, stamp), stamp.position,
                       stamp.time, expires_at}));
  rows.put(Family::idempotency_expiry, expiry_key(expires_at, key), {});
}

// Goes on where the last time ended: a seek from the very first key would wade through all that was removed.
void forget_expired(MutableRows& rows, const Stamp& stamp) {
  std::vector<std::string> expired;
  const std::string place = rows.get(Family::meta, expired_key).value_or(std::string());
  rows.scan(Family::idempotency_expiry, place, [&](std::string_view key, std::string_view) {
    if (In(key).instant() > stamp.time || expired.size() == expired_max) return false;
    expired.emplace_back(key);
    return true;
  });
  for (const std::string& key : expired) {
    rows.erase(Family::idempotency_expiry, key);
    const std::string_view hash = std::string_view(key).substr(8);
    // The same key may have been used anew after it expired and before it was removed.
    const auto value = rows.get(Family::idempotency, hash);
    if (value && decode_key(*value).expires_at == In(key).instant()) rows.erase(Family::idempotency, hash);
  }
  if (!expired.empty()) rows.put(Family::meta, expired_key, expired.back());
}

}  // namespace

void fold_idempotency(MutableRows& rows, const Stamp& stamp) {
  if (stamp.position % expiry_stride == 0) forget_expired(rows, stamp);
  if (stamp.idempotency) remember(rows, stamp);
}

}  // namespace almanac::projections
