#include "services/api/request_figures.hpp"

#include <algorithm>

#include "services/api/routes.hpp"

namespace almanac::api {

RequestFigures::RequestFigures() {
  for (std::size_t i = 0; i <= routes().size(); ++i)
    routes_.push_back(std::make_unique<Counters>());
}

void RequestFigures::answered(const Route* route, int status,
                              std::chrono::steady_clock::time_point arrived_at) {
  const auto table = routes();
  const std::size_t place = route == nullptr ? table.size() : static_cast<std::size_t>(route - table.data());
  Counters& counters = *routes_[place];
  const auto slot = static_cast<std::size_t>(std::clamp(status, status_min, status_max) - status_min);
  counters.by_status[slot].fetch_add(1, std::memory_order_relaxed);
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::steady_clock;
  const auto took = duration_cast<microseconds>(steady_clock::now() - arrived_at).count();
  const auto* bucket = std::lower_bound(latency_us_bounds.begin(), latency_us_bounds.end(), took);
  counters.latency[static_cast<std::size_t>(bucket - latency_us_bounds.begin())].fetch_add(
      1, std::memory_order_relaxed);
  counters.latency_us_sum.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took)),
                                    std::memory_order_relaxed);
}

std::vector<RequestFigures::OfRoute> RequestFigures::look() const {
  std::vector<OfRoute> seen;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    OfRoute figures;
    figures.operation = i < routes().size() ? routes()[i].operation : "none";
    for (std::size_t slot = 0; slot < routes_[i]->by_status.size(); ++slot) {
      const auto count = routes_[i]->by_status[slot].load(std::memory_order_relaxed);
      if (count > 0) figures.by_status.emplace_back(status_min + static_cast<int>(slot), count);
    }
    if (figures.by_status.empty()) continue;
    for (std::size_t bucket = 0; bucket < figures.latency.size(); ++bucket) {
      figures.latency[bucket] = routes_[i]->latency[bucket].load(std::memory_order_relaxed);
    }
    figures.latency_us_sum = routes_[i]->latency_us_sum.load(std::memory_order_relaxed);
    seen.push_back(std::move(figures));
  }
  return seen;
}

}  // namespace almanac::api
