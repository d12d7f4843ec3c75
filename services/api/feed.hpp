#pragma once
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "projections/projector.hpp"
#include "services/api/transport/http.hpp"

namespace almanac::api {

/// Wakes the streams that wait for events, once for each commit: the committing thread does no more than
/// notify this one. A commit is told of when it is applied, so that a reader of the stream who then reads a
/// model finds what the event said. Any thread may call; the projector outlives it and commits nothing any
/// more when it goes.
class Feed {
 public:
  explicit Feed(projections::Projector& projector);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Woken after every commit from now on; what was committed before the call is the caller's to read.
  std::uint64_t join(Waker waker);
  void leave(std::uint64_t id);
  std::size_t streams() const;

 private:
  void run();
  void on_commit();

  projections::Projector& projector_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Waker> wakers_;
  std::uint64_t last_id_ = 0;
  bool due_ = false;        ///< a commit was applied, or a stream came while nobody listened
  bool listening_ = false;  ///< the next commit will call
  bool stop_ = false;
  std::uint64_t call_ = 0;
  std::thread thread_;
};

}  // namespace almanac::api
