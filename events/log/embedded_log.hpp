#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/log/log.hpp"
#include "events/log/witness.hpp"

namespace rocksdb {
class Env;
}

/// The log of one machine: its own RocksDB in a directory of its own, apart from the read models.
///
///     <directory>/FORMAT  `almanac log 1`          <directory>/db   RocksDB (rocks_records.hpp)
///     <directory>/LOCK    who has it open          <directory>/end  position and hash of the last commit
///
/// One synced WriteBatch a commit. The first error of a write or a sync ends this engine: no retry, no more
/// appends; reads go on, and the process should say so and exit.
namespace almanac::log {

class EmbeddedLog final : public Log {
 public:
  struct Options {
    std::filesystem::path directory;
    std::vector<Witness> known;                 ///< what read models remember; the file `end` is always heard
    std::optional<Position> accept_loss_after;  ///< see `hear` in witness.hpp
    std::size_t memtable_bytes = std::size_t{32} << 20;
    std::size_t block_cache_bytes = std::size_t{8} << 20;
    std::size_t batch_bytes_max = std::size_t{256} << 20;
    rocksdb::Env* env = nullptr;  ///< where faults come from in tests; not owned; nullptr: the system's
  };

  /// Creates or opens, judges the end of the log, and changes nothing of a log that it refuses. Claims
  /// nothing.
  static tl::expected<std::unique_ptr<EmbeddedLog>, Failure> open(const Options& options);
  /// Leaves the log so that the next opening has nothing to recover.
  ~EmbeddedLog() override;

  tl::expected<Claim, Failure> claim() override;
  AppendResult append(Epoch epoch, Position expected, std::span<const Record> records) override;
  tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const override;
  Position end() const override;
  std::unique_ptr<Tail> tail(Position from) override;
  tl::expected<Position, Failure> barrier() override;

  /// The loss that `accept_loss_after` forgave; belongs into the next WriterClaimed. Until something is
  /// appended every opening finds it again.
  const std::optional<Loss>& accepted_loss() const;
  /// The id in force: of the last record's `ce_source`; empty on an empty log. Any thread.
  std::string log_id() const;

 private:
  struct Parts;
  explicit EmbeddedLog(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::log
