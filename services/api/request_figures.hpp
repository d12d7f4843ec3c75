#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace almanac::api {

struct Route;

/// Answers counted by route and status, with how long they took since the head was there; for /metrics. Any
/// thread.
class RequestFigures {
 public:
  /// Upper bounds in microseconds; the last bucket has none. Not cumulative.
  static constexpr std::array<std::int64_t, 12> latency_us_bounds{
      100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 500'000, 2'000'000};
  static constexpr int status_min = 200, status_max = 505;

  RequestFigures();
  RequestFigures(const RequestFigures&) = delete;
  RequestFigures& operator=(const RequestFigures&) = delete;

  /// `route` is nullptr when none was found.
  void answered(const Route* route, int status, std::chrono::steady_clock::time_point arrived_at);

  struct OfRoute {
    std::string_view operation;  ///< `none` for requests to no route
    std::vector<std::pair<int, std::uint64_t>> by_status;
    std::array<std::uint64_t, latency_us_bounds.size() + 1> latency{};
    std::uint64_t latency_us_sum = 0;
  };
  /// Those that answered something.
  std::vector<OfRoute> look() const;

 private:
  struct Counters {
    std::array<std::atomic<std::uint64_t>, status_max - status_min + 1> by_status{};
    std::array<std::atomic<std::uint64_t>, latency_us_bounds.size() + 1> latency{};
    std::atomic<std::uint64_t> latency_us_sum{0};
  };
  std::vector<std::unique_ptr<Counters>> routes_;  ///< as in the table, then `none`
};

}  // namespace almanac::api
