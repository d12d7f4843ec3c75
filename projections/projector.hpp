#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>

#include "events/log/log.hpp"
#include "projections/store.hpp"

namespace almanac::projections {

/// Where and why folding stopped; the node keeps serving what is known, with its age, and refuses writes.
struct Stopped {
  events::Position at = 0;
  std::string why;
  std::string mend;
};

/// The only writer of read models. `apply` and `commit_layer` from one thread at a time; the rest from any.
class Projector {
 public:
  explicit Projector(Store& store);

  /// Folds records in order (dense, chained, epoch not back; duplicates set aside and counted) and commits
  /// rows with the applied position. What it returns stops the fold there for good.
  tl::expected<void, Stopped> apply(std::span<const log::Entry> entries);

  /// The same for a batch that the writer has already folded into its layer and appended to the log: no
  /// second fold.
  tl::expected<void, Stopped> commit_layer(Layer& layer, const Applied& applied);

  /// Reads the log from the applied position to its end, with progress (position, end) about once a second.
  tl::expected<void, Stopped> catch_up(
      const log::Log& log, const std::function<void(events::Position, events::Position)>& progress);

  /// The latest snapshot; replaced after every commit, before anyone is answered. One atomic load.
  std::shared_ptr<const Snapshot> latest() const;

  /// Grows by one with every commit, before the commit is acknowledged; what cached answers are validated by.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  /// Calls back, once, on the committing thread, when `position` is applied; at once when it already is.
  /// The returned id cancels.
  std::uint64_t when_applied(events::Position position, std::function<void()> call);
  void cancel(std::uint64_t id);

  std::uint64_t duplicates() const;

 private:
  Store& store_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace almanac::projections
