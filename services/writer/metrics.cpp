#include "services/writer/metrics.hpp"

#include <algorithm>

namespace almanac::writer {

void Metrics::committed(std::size_t events_appended, std::chrono::nanoseconds took) {
  const std::int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const auto bound = std::lower_bound(latency_us_bounds.begin(), latency_us_bounds.end(), us);
  const auto bucket = static_cast<std::size_t>(bound - latency_us_bounds.begin());
  commit_latency[bucket].fetch_add(1, std::memory_order_relaxed);
  commit_latency_us_sum.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)),
                                  std::memory_order_relaxed);
  batches.fetch_add(1, std::memory_order_relaxed);
  events.fetch_add(events_appended, std::memory_order_relaxed);
}

}  // namespace almanac::writer
