#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace almanac::writer {

/// What the writer counts; the node renders it. Written by the writer's thread and submitters, read by any.
struct Metrics {
  /// Upper bounds in microseconds; the last bucket has none. Not cumulative.
  static constexpr std::array<std::int64_t, 13> latency_us_bounds{
      100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000};

  /// Upper bounds of the events of one batch.
  static constexpr std::array<std::int64_t, 10> batch_size_bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  std::atomic<std::uint64_t> batches{0};    ///< that appended something
  std::atomic<std::uint64_t> commands{0};   ///< answered, whatever the outcome
  std::atomic<std::uint64_t> events{0};     ///< appended
  std::atomic<std::uint64_t> not_taken{0};  ///< refused because too many waited
  std::atomic<std::uint64_t> redecided{0};  ///< batches decided again from the log
  std::atomic<std::uint64_t> doubts{0};  ///< appends that ended with a claim, to find out what became of them
  std::atomic<std::size_t> queue_depth{0};  ///< commands that wait
  /// Of one append: until the log said that it is durable.
  std::array<std::atomic<std::uint64_t>, latency_us_bounds.size() + 1> commit_latency{};
  std::atomic<std::uint64_t> commit_latency_us_sum{0};
  std::array<std::atomic<std::uint64_t>, batch_size_bounds.size() + 1> batch_sizes{};

  void committed(std::size_t events_appended, std::chrono::nanoseconds took);
};

}  // namespace almanac::writer
