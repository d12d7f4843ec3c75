#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "services/writer/metrics.hpp"
#include "services/writer/submit.hpp"

namespace almanac::writer {

using Done = std::function<void(Outcome)>;

struct Waiting {
  Submission submission;
  Done done;
};

/// Where commands wait while a batch is at the disk. Bounded: what comes when it is full is not taken, and
/// hears so from the writer's thread like everyone else. `put` from any thread, `take` from one.
class Intake {
 public:
  struct Bounds {
    std::size_t waiting_max = 16'384;
    std::size_t waiting_bytes_max = std::size_t{128} << 20;
    std::size_t batch_commands_max = 512;
    std::size_t batch_bytes_max = std::size_t{4} << 20;  ///< of requests; a single one may exceed it alone
  };
  struct Taken {
    std::vector<Waiting> batch;
    std::vector<Done> refused;
  };

  Intake(Bounds bounds, Metrics& metrics) : bounds_(bounds), metrics_(metrics) {}

  void open();
  /// Nothing more is taken; what waits is still handed out.
  void close();
  /// False when closed: then nothing was moved from and nobody else will call `done`.
  bool put(Submission&& submission, Done&& done);
  /// Blocks until something waits. No timer: what came during the last batch is the next one. False when
  /// closed and empty.
  bool take(Taken& taken);

 private:
  const Bounds bounds_;
  Metrics& metrics_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting> waiting_;
  std::vector<Done> refused_;
  std::size_t waiting_bytes_ = 0;
  bool taker_sleeps_ = false;
  bool closed_ = true;
};

}  // namespace almanac::writer
