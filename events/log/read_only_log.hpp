#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "events/log/log.hpp"

/// A node's records on disk for those who only read: `verify` and `export`, also while a node has them open.
/// Writes nothing there.
namespace almanac::log {

/// Where the records of a node with this data directory lie: its log, or its copy of the topic. A Failure
/// where both do, since one of them is of an earlier life.
tl::expected<std::filesystem::path, Failure> records_in(const std::filesystem::path& data);
/// Whether these records are a copy of a topic's.
bool is_copy(const std::filesystem::path& directory);

class ReadOnlyLog final : public Records {
 public:
  /// Beside a running node it shows what was committed at some moment since the call; else all that the files
  /// hold, which of a log is judged by the file `end` as the engine would. `directory` is the log's own, or a
  /// copy's.
  static tl::expected<std::unique_ptr<ReadOnlyLog>, Failure> open(const std::filesystem::path& directory);
  ~ReadOnlyLog() override;

  tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const override;
  Position end() const override;

 private:
  struct Parts;
  explicit ReadOnlyLog(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::log
