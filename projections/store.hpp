#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "events/log/log.hpp"
#include "events/uuid.hpp"
#include "projections/rows.hpp"

/// The RocksDB that holds the read models: disposable, rebuilt from the log. The only place that knows
/// RocksDB, with snapshot and digest.
namespace almanac::projections {

/// Where a read model stands; all of it must match the log at opening.
struct Applied {
  std::optional<events::Position> position;  ///< nullopt: nothing folded yet
  events::Hash hash{};
  events::Instant time;  ///< of that event
  events::Epoch epoch = 0;
  events::Uuid log_id;
  std::uint32_t version = 0;  ///< of the read models' layout
};

/// Rows as of one applied position. Cheap to take, safe on any thread, short-lived.
class Snapshot : public Rows {
 public:
  virtual const Applied& applied() const = 0;
};

/// Rows on top of the store that nobody else sees yet: the writer's layer, and how folded rows reach the
/// store.
class Layer : public MutableRows {
 public:
  virtual void clear() = 0;
};

class Store {
 public:
  struct Options {
    std::filesystem::path directory;
    std::size_t block_cache_bytes = std::size_t{64} << 20;
    std::size_t memtable_bytes = std::size_t{32} << 20;
    bool read_only = false;  ///< as a secondary instance beside a running node
  };
  /// Opens or creates. A damaged one, or one of another layout version, is set aside beside it (named
  /// `…set-aside…`) and a fresh one is created; `set_aside` tells why.
  static tl::expected<std::unique_ptr<Store>, log::Failure> open(const Options& options);
  virtual ~Store() = default;

  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  virtual std::unique_ptr<Layer> layer() = 0;
  /// One atomic batch: the layer's rows and the applied position. WAL on, sync off. From one thread at a
  /// time. The layer is cleared.
  virtual tl::expected<void, log::Failure> commit(Layer& layer, const Applied& applied) = 0;
  virtual Applied applied() const = 0;
  virtual std::optional<std::string> set_aside() const = 0;
  /// Durable up to here; called at a clean stop.
  virtual tl::expected<void, log::Failure> flush() = 0;
};

/// SHA-256 over all rows of all families but meta and records, in key order.
events::Hash digest(const Snapshot& snapshot);

}  // namespace almanac::projections
