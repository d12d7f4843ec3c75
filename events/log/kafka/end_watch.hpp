#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "events/log/kafka/handle.hpp"
#include "events/log/kafka/progress.hpp"

namespace almanac::log::kafka {

/// Asks once a second where the topic ends. A tail that has nothing to read hears nothing from the brokers,
/// and so cannot tell a quiet topic from one that is out of reach: this can.
class EndWatch {
 public:
  EndWatch(const Handle& asker, Progress& progress);
  EndWatch(const EndWatch&) = delete;
  EndWatch& operator=(const EndWatch&) = delete;
  ~EndWatch();

 private:
  void run();

  const Handle& asker_;
  Progress& progress_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace almanac::log::kafka
