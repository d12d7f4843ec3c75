#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace almanac::api {

/// One thread for what must hold up neither an I/O thread nor the writer: readers that wait for a position,
/// and the answers of imports. Any thread may call; what is left at the end is dropped.
class Errands {
 public:
  using Clock = std::chrono::steady_clock;

  Errands();
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  void soon(std::function<void()> errand) { at(Clock::time_point::min(), std::move(errand)); }
  void at(Clock::time_point when, std::function<void()> errand);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<Clock::time_point, std::function<void()>> errands_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace almanac::api
