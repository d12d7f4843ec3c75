#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "events/log/log.hpp"

/// Directories that belong to one process at a time and to one format for ever: a node's data directory and
/// the log inside it.
namespace almanac::log {

/// What a directory holds. Its file FORMAT says `almanac <name> <format>`; FROZEN ON DISK.
struct DirectoryKind {
  std::string_view name;
  unsigned format = 1;
};
inline constexpr DirectoryKind data_directory{"data", 1};
inline constexpr DirectoryKind log_directory{"log", 1};
inline constexpr DirectoryKind copy_directory{"copy", 1};  ///< a node's own copy of a topic

/// Holds the directory's lock as long as it lives; the kernel lets go of it however the process ends.
class OwnedDirectory {
 public:
  /// Creates the directory if need be, locks it and judges its FORMAT, which an empty one is given. Refused,
  /// untouched: one that another process (or this one) holds, naming it; one that holds other things; one of
  /// a newer format or another kind.
  static tl::expected<OwnedDirectory, Failure> open(const std::filesystem::path& path, DirectoryKind kind);

  OwnedDirectory(OwnedDirectory&& other) noexcept;
  OwnedDirectory& operator=(OwnedDirectory&& other) noexcept;
  ~OwnedDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  OwnedDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;
};

/// Judges FORMAT without locking, for those who only read beside the owner.
tl::expected<void, Failure> check_format(const std::filesystem::path& path, DirectoryKind kind);

/// Whether some process holds the directory now. Takes no lock, so it disturbs nobody who is about to.
bool is_owned(const std::filesystem::path& path);

/// Makes what was created, renamed or removed in a directory survive a power cut.
tl::expected<void, Failure> sync_directory(const std::filesystem::path& path);

/// Bytes that an unprivileged process can still write there.
tl::expected<std::uint64_t, Failure> free_bytes(const std::filesystem::path& path);

}  // namespace almanac::log
