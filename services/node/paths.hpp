#pragma once
#include <filesystem>

/// What lies where in a data directory. FROZEN ON DISK.
namespace almanac::node {

inline std::filesystem::path log_in(const std::filesystem::path& data) {
  return data / "log";
}
/// The Kafka engine's own copy of the topic.
inline std::filesystem::path topic_copy_in(const std::filesystem::path& data) {
  return data / "topic-copy";
}
inline std::filesystem::path read_models_in(const std::filesystem::path& data) {
  return data / "read-models";
}

}  // namespace almanac::node
