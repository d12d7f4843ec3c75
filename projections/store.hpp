#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "events/log/log.hpp"
#include "events/uuid.hpp"
#include "projections/pending.hpp"
#include "projections/rows.hpp"

/// The RocksDB that holds the read models: disposable, rebuilt from the log. The only place that knows
/// RocksDB.
namespace almanac::projections {

/// Where a read model stands; all of it must match the log at opening.
struct Applied {
  std::optional<events::Position> position;  ///< nullopt: nothing folded yet
  events::Hash hash{};
  events::Instant time;  ///< of that event
  events::Epoch epoch = 0;
  events::Uuid log_id;
  std::uint32_t version = 0;  ///< of the read models' layout

  bool operator==(const Applied&) const = default;
};

/// Rows as of one applied position. Cheap to take, safe on any thread; outlives its store.
class Snapshot : public Rows {
 public:
  virtual const Applied& applied() const = 0;
};

/// Thread safety: `snapshot`, `applied`, `set_aside` and `note_damage` from any thread, the rest from one at
/// a time.
class Store {
 public:
  enum class Access : std::uint8_t {
    own,     ///< one process: reads and writes
    beside,  ///< reads as a secondary instance beside a running node; sees what had reached its files when
             ///< opened
  };
  enum class Logged : std::uint8_t {
    yes,  ///< in RocksDB's WAL: a crash of the process alone loses nothing
    no,   ///< until the next flush in memory alone: for a long catch-up, where a lost tail folds again
  };
  struct Options {
    std::filesystem::path directory;
    std::size_t block_cache_bytes = std::size_t{64} << 20;
    std::size_t memtable_bytes = std::size_t{32} << 20;
    Access access = Access::own;
  };
  /// Opens or creates. A damaged one, or one of another layout version, is set aside beside it
  /// (`<directory>.set-aside-<n>`, the last two of them) and a fresh one is created; `set_aside` tells why. A
  /// failure is one that a fresh one would meet too: no space, no right, in use.
  static tl::expected<std::unique_ptr<Store>, log::Failure> open(const Options& options);
  virtual ~Store() = default;

  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  /// Stands on the rows as they are; one at a time is committed, the others are then stale and must be
  /// dropped.
  virtual std::unique_ptr<Layer> layer() = 0;
  /// The rows as they are, for layers of the caller's own; not to be kept over `start_over`.
  virtual std::shared_ptr<const Rows> rows() const = 0;
  /// One atomic batch: the layer's rows and the applied position, sync off. A crash loses a tail of the
  /// batches, never one between two others: a logged one after unlogged ones flushes those first.
  virtual tl::expected<void, log::Failure> write(const Layer& layer, const Applied& applied,
                                                 Logged logged) = 0;
  /// A logged `write`; then the layer is cleared.
  tl::expected<void, log::Failure> commit(Layer& layer, const Applied& applied) {
    auto written = write(layer, applied, Logged::yes);
    if (written) layer.clear();
    return written;
  }
  /// Sets this one aside and begins with none: for rows that do not match the log or turn out damaged.
  virtual tl::expected<void, log::Failure> start_over(const std::string& why) = 0;
  /// Has it set aside at the next opening: for whoever caught Damaged. Answers go on, none from such rows.
  virtual void note_damage(const std::string& what) = 0;
  virtual Applied applied() const = 0;
  virtual std::optional<std::string> set_aside() const = 0;
  /// Durable up to here; called at a clean stop.
  virtual tl::expected<void, log::Failure> flush() = 0;
  /// Bytes in the block cache and the memtables, for metrics. Any thread.
  virtual std::uint64_t memory_bytes() const = 0;
};

/// SHA-256 over all rows of all families but meta, in key order.
events::Hash digest(const Rows& rows);

}  // namespace almanac::projections
