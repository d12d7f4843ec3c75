#include "services/api/access/rate_limits.hpp"

#include <algorithm>
#include <optional>

namespace almanac::api {
namespace {

using Time = RateLimits::Time;
using std::chrono::nanoseconds;

constexpr nanoseconds minute = std::chrono::minutes(1);

unsigned seconds_up(nanoseconds time) {
  return static_cast<unsigned>(std::max<std::int64_t>(0, (time.count() + 999'999'999) / 1'000'000'000));
}

nanoseconds interval(unsigned limit) {
  return minute / static_cast<std::int64_t>(limit);
}

bool admits(Time full_at, unsigned limit, Time now) {
  return std::max(full_at, now) - now + interval(limit) <= minute;
}

/// As of after the request, when it was admitted.
RateVerdict figures(Time full_at, unsigned limit, Time now) {
  const nanoseconds used = std::max(full_at, now) - now;
  RateVerdict verdict;
  verdict.counted = true;
  verdict.limit = limit;
  verdict.remaining = static_cast<unsigned>((minute - used) / interval(limit));
  verdict.reset_s = seconds_up(used);
  verdict.admitted = true;
  return verdict;
}

RateVerdict refusal(Time full_at, unsigned limit, Time now) {
  RateVerdict verdict = figures(full_at, limit, now);
  verdict.admitted = false;
  verdict.remaining = 0;
  verdict.retry_after_s = std::max(1u, seconds_up(full_at - now + interval(limit) - minute));
  return verdict;
}

}  // namespace

void RateVerdict::append_headers(std::string& headers) const {
  if (!counted) return;
  headers.append("X-RateLimit-Limit: ").append(std::to_string(limit));
  headers.append("\r\nX-RateLimit-Remaining: ").append(std::to_string(remaining));
  headers.append("\r\nX-RateLimit-Reset: ").append(std::to_string(reset_s)).append("\r\n");
  if (!admitted) headers.append("Retry-After: ").append(std::to_string(retry_after_s)).append("\r\n");
}

RateLimits::RateLimits(unsigned organization_per_minute, unsigned user_per_minute, std::size_t buckets_max)
    : organization_limit_(organization_per_minute),
      user_limit_(user_per_minute),
      shard_buckets_max_(std::max<std::size_t>(buckets_max / shards, 8)) {}

RateLimits::Shard& RateLimits::shard_of(std::string_view key) {
  // The upper bits: the map within uses the lower ones.
  return shards_[(Hash{}(key) >> 48) % shards];
}

RateLimits::Time& RateLimits::bucket(Shard& shard, std::string_view key, Time now) {
  const auto found = shard.buckets.find(key);
  if (found != shard.buckets.end()) return found->second;
  if (shard.buckets.size() >= std::min(shard.sweep_at, shard_buckets_max_)) {
    std::erase_if(shard.buckets, [&](const auto& one) { return one.second <= now; });
    shard.sweep_at = std::max<std::size_t>(64, shard.buckets.size() * 2);
    // Still full of callers of the last minute: one of them is forgotten, and has a full bucket again.
    if (shard.buckets.size() >= shard_buckets_max_) shard.buckets.erase(shard.buckets.begin());
  }
  return shard.buckets.emplace(key, now).first->second;
}

RateVerdict RateLimits::take(std::string_view organization, std::string_view user, Time now) {
  if (organization_limit_ == 0 && user_limit_ == 0) return {};
  // Organisation ids hold no line feed, so no user of one is another organisation or its user.
  std::string user_key;
  user_key.reserve(organization.size() + 1 + user.size());
  user_key.append(organization).append("\n").append(user);
  Shard& organization_shard = shard_of(organization);
  Shard& user_shard = shard_of(user_key);
  std::unique_lock first(organization_shard.mutex, std::defer_lock);
  std::unique_lock second(user_shard.mutex, std::defer_lock);
  if (&organization_shard == &user_shard) {
    first.lock();
  } else {
    std::lock(first, second);
  }

  // A reference into the first bucket would not survive the second one's insertion into the same shard.
  std::optional<Time> organization_full_at, user_full_at;
  if (organization_limit_ != 0) organization_full_at = bucket(organization_shard, organization, now);
  if (user_limit_ != 0) user_full_at = bucket(user_shard, user_key, now);
  const bool organization_admits =
      !organization_full_at || admits(*organization_full_at, organization_limit_, now);
  const bool user_admits = !user_full_at || admits(*user_full_at, user_limit_, now);

  std::optional<RateVerdict> verdicts[2];
  const auto draw = [&](Shard& shard, std::string_view key, Time full_at, unsigned limit) {
    Time& stored = bucket(shard, key, now);
    stored = std::max(full_at, now) + interval(limit);
    return figures(stored, limit, now);
  };
  if (organization_admits && user_admits) {
    if (organization_full_at)
      verdicts[0] = draw(organization_shard, organization, *organization_full_at, organization_limit_);
    if (user_full_at) verdicts[1] = draw(user_shard, user_key, *user_full_at, user_limit_);
    if (!verdicts[0] || (verdicts[1] && verdicts[1]->remaining < verdicts[0]->remaining)) return *verdicts[1];
    return *verdicts[0];
  }
  if (!organization_admits) verdicts[0] = refusal(*organization_full_at, organization_limit_, now);
  if (!user_admits) verdicts[1] = refusal(*user_full_at, user_limit_, now);
  if (!verdicts[0] || (verdicts[1] && verdicts[1]->retry_after_s > verdicts[0]->retry_after_s))
    return *verdicts[1];
  return *verdicts[0];
}

std::size_t RateLimits::buckets() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.buckets.size();
  }
  return sum;
}

}  // namespace almanac::api
