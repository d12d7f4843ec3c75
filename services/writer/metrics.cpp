#include "services/writer/metrics.hpp"

#include <algorithm>

namespace almanac::writer {

namespace {

template <class Bounds>
std::size_t bucket_of(const Bounds& bounds, std::int64_t value) {
  return static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin());
}

}  // namespace

void Metrics::committed(std::size_t events_appended, std::chrono::nanoseconds took) {
  const std::int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  commit_latency[bucket_of(latency_us_bounds, us)].fetch_add(1, std::memory_order_relaxed);
  commit_latency_us_sum.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)),
                                  std::memory_order_relaxed);
  batch_sizes[bucket_of(batch_size_bounds, static_cast<std::int64_t>(events_appended))].fetch_add(
      1, std::memory_order_relaxed);
  batches.fetch_add(1, std::memory_order_relaxed);
  events.fetch_add(events_appended, std::memory_order_relaxed);
}

}  // namespace almanac::writer
