#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "events/log/log.hpp"

/// The embedded log's files for those who only read: `verify` and `export`, also while a node has them open.
/// Writes nothing there.
namespace almanac::log {

class ReadOnlyLog final : public Records {
 public:
  /// Beside a running node it shows what was committed at some moment since the call; else all that the files
  /// hold, which is judged by the file `end` as the engine would. `directory` is the log's own.
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
