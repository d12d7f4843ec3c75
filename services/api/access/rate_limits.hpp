#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace almanac::api {

/// What the limits say to one request. Of the two buckets that it drew from, the tighter one's figures.
struct RateVerdict {
  bool counted = false;  // false: both limits are off, the answer carries no figures
  bool admitted = true;  // false: 429
  unsigned limit = 0;    // a minute
  unsigned remaining = 0;
  unsigned reset_s = 0;        // until the bucket is full
  unsigned retry_after_s = 0;  // when refused: until a request would be admitted, at least 1

  /// Appends the X-RateLimit lines, and Retry-After when refused; nothing when not counted.
  void append_headers(std::string& headers) const;
};

/// Token buckets in memory: one an organisation, one a user within it, each as large as its limit a minute
/// and refilled evenly. A refused request draws from neither. Thread-safe, in shards; memory is bounded: a
/// full bucket is the same as none, so that only who called within the last minute is remembered.
class RateLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// 0 turns one off.
  RateLimits(unsigned organization_per_minute, unsigned user_per_minute, std::size_t buckets_max = 1u << 18);

  RateVerdict take(std::string_view organization, std::string_view user, Time now);

  /// How many buckets are remembered, for tests and metrics.
  std::size_t buckets() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  // A bucket is the instant at which it will be full again ("theoretical arrival time" of the generic cell
  // rate algorithm).
  using Buckets = std::unordered_map<std::string, Time, Hash, std::equal_to<>>;
  struct Shard {
    mutable std::mutex mutex;
    Buckets buckets;
    std::size_t sweep_at = 64;
  };
  static constexpr std::size_t shards = 64;

  Shard& shard_of(std::string_view key);
  Time& bucket(Shard& shard, std::string_view key, Time now);

  const unsigned organization_limit_, user_limit_;
  const std::size_t shard_buckets_max_;
  std::array<Shard, shards> shards_;
};

}  // namespace almanac::api
