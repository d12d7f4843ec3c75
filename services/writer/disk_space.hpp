#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>

namespace almanac::writer {

/// Keeps the last bytes of the disk for what must still work: reads, flushes, an operator. Writes are refused
/// before they reach the log, and taken again as soon as there is room. Any thread.
class DiskSpace {
 public:
  /// Free bytes where the data is; replaced in tests.
  using Probe = std::function<std::uint64_t()>;

  DiskSpace(std::uint64_t free_bytes_min, Probe probe)
      : free_bytes_min_(free_bytes_min), probe_(std::move(probe)) {}
  bool enough() const { return free_bytes_min_ == 0 || probe_() >= free_bytes_min_; }
  std::uint64_t free_bytes_min() const { return free_bytes_min_; }

 private:
  std::uint64_t free_bytes_min_;
  Probe probe_;
};

/// Free bytes of the file system that holds `directory`. One that cannot be asked counts as having room: the
/// log itself says no when it has none.
DiskSpace::Probe free_bytes_of(std::filesystem::path directory);

}  // namespace almanac::writer
