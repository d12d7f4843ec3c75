#include "services/writer/disk_space.hpp"

#include <limits>
#include <system_error>
#include <utility>

namespace almanac::writer {

DiskSpace::Probe free_bytes_of(std::filesystem::path directory) {
  return [directory = std::move(directory)]() -> std::uint64_t {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(directory, error);
    return error ? std::numeric_limits<std::uint64_t>::max() : space.available;
  };
}

}  // namespace almanac::writer
