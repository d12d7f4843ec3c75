#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/log/log.hpp"

/// What others remember of a log, so that a log that lost acknowledged records cannot pass for a whole one:
/// RocksDB's recovery drops what lies behind a damaged WAL record and may report success.
namespace almanac::log {

struct Witness {
  std::string whose;   ///< for an operator, e.g. "the read models"
  std::string log_id;  ///< as of the position; a witness of another log is not heard; empty: of any
  Position position = 0;
  Hash hash{};
};

struct Loss {
  std::optional<Position> have;  ///< the last position; nullopt when there is none
  Position need = 0;
};

/// Hears the witnesses against a log. A loss is forgiven only where `accept_loss_after` names its last
/// position, and then returned; naming it when nothing is missing is refused, so that the flag cannot stay.
/// Refused too: a witnessed position whose record has another hash.
tl::expected<std::optional<Loss>, Failure> hear(const Records& records, const std::vector<Witness>& witnesses,
                                                std::optional<Position> accept_loss_after);

/// The file `end`: position and hash of the last commit, overwritten in place after each one, not synced.
/// One line of 103 bytes, FROZEN ON DISK: 20 digits, hash, first 16 hex digits of the SHA-256 of what is
/// before.
class EndFile {
 public:
  static tl::expected<EndFile, Failure> open(const std::filesystem::path& path);
  EndFile(EndFile&& other) noexcept;
  EndFile& operator=(EndFile&& other) noexcept;
  ~EndFile();

  /// One write of less than a sector: after a kill it is there whole or not at all.
  tl::expected<void, Failure> write(Position position, const Hash& hash);

 private:
  EndFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  std::filesystem::path path_;
  int file_ = -1;
};

/// nullopt when there is no such file or nothing was written yet; a damaged one is a Failure.
tl::expected<std::optional<Witness>, Failure> read_end_file(const std::filesystem::path& path);

}  // namespace almanac::log
