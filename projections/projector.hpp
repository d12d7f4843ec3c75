#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "events/codec.hpp"
#include "events/log/chain.hpp"
#include "events/log/log.hpp"
#include "projections/store.hpp"
#include "projections/timers.hpp"

namespace almanac::projections {

/// Where and why folding stopped; the node keeps serving what is known, with its age, and refuses writes.
struct Stopped {
  events::Position at = 0;
  std::string why;
  std::string mend;
};

/// The only writer of read models. `apply`, `commit_layer` and `catch_up` from one thread at a time; the rest
/// from any.
class Projector {
 public:
  /// How a catch-up goes about it.
  struct Pace {
    std::size_t batch_records = 2048;  ///< folded into one batch of rows
    /// From so many records on rows are written unlogged and flushed at the end; a shorter one is done sooner
    /// than a flush.
    events::Position unlogged_min = 65'536;
  };

  explicit Projector(Store& store) : Projector(store, Pace()) {}
  Projector(Store& store, Pace pace);

  /// Folds records in order (dense, chained, epoch not back; duplicates and foreign records set aside and
  /// counted) and commits rows with the applied position. What it returns stops the fold there until
  /// `catch_up` is called again.
  tl::expected<void, Stopped> apply(std::span<const log::Entry> entries);

  /// The same for a batch that the writer has already folded into its layer and appended to the log: no
  /// second fold.
  tl::expected<void, Stopped> commit_layer(Layer& layer, const Applied& applied);

  using Progress = std::function<void(events::Position done, events::Position end)>;
  /// Reads the log from the applied position to its end (or up to and with `until`), with progress about once
  /// a second. Read models that do not match the log, or turn out damaged, are set aside first and built
  /// anew.
  tl::expected<void, Stopped> catch_up(const log::Records& log, const Progress& progress,
                                       std::optional<events::Position> until = std::nullopt);

  /// The latest snapshot; replaced after every commit, before anyone is answered. Never nullptr.
  std::shared_ptr<const Snapshot> latest() const;

  /// Grows by one with every commit, before the commit is acknowledged; what cached answers are validated by.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  /// Calls back, once, on the committing thread, when `position` is applied; at once when it already is.
  /// The returned id cancels; 0 when it was called at once.
  std::uint64_t when_applied(events::Position position, std::function<void()> call);
  void cancel(std::uint64_t id);

  /// The scheduler's place in the timers, told of every timer that a commit adds.
  TimerPlace& timers() { return timers_; }

  std::uint64_t duplicates() const { return duplicates_.load(std::memory_order_relaxed); }
  std::uint64_t foreign() const { return foreign_.load(std::memory_order_relaxed); }

  /// A record as decoded, or why it is none.
  using Decoded = tl::expected<events::Recorded, events::NotAnEvent>;

 private:
  class CatchUp;

  /// What became of some records: rows in the layer up to `applied`, and what stopped the fold behind them.
  struct Folded {
    Applied applied;
    std::optional<Stopped> stop;
    bool damaged = false;  ///< the rows could not be read; those in the layer are not to be used either
  };
  Folded fold_on(Layer& layer, const Applied& from, std::span<const log::Entry> entries,
                 const std::vector<Decoded>& decoded);
  tl::expected<void, Stopped> commit(Layer& layer, const Applied& applied);
  /// Makes what was just written known: to readers, to the scheduler, to those who wait for a position.
  void announce(const std::vector<std::string>& timers, const Applied& applied);
  tl::expected<void, Stopped> begin_anew(const std::string& why);
  void restart_chain();
  void publish();

  Store& store_;
  const Pace pace_;
  std::unique_ptr<Layer> layer_;
  log::Chain chain_;
  TimerPlace timers_;
  std::optional<Stopped> stopped_;  ///< until the next catch_up
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::uint64_t> duplicates_{0};
  std::atomic<std::uint64_t> foreign_{0};

  mutable std::mutex latest_mutex_;
  std::shared_ptr<const Snapshot> latest_;

  std::mutex waiting_mutex_;
  std::uint64_t last_id_ = 0;
  std::multimap<events::Position, std::pair<std::uint64_t, std::function<void()>>> waiting_;
};

}  // namespace almanac::projections
