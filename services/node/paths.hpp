#pragma once
#include <filesystem>

/// What lies where in a data directory. FROZEN ON DISK.
namespace almanac::node {

inline std::filesystem::path log_in(const std::filesystem::path& data) {
  return data / "log";
}
inline std::filesystem::path read_models_in(const std::filesystem::path& data) {
  return data / "read-models";
}

}  // namespace almanac::node
