#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "events/log/kafka/handle.hpp"

/// The two requests of Kafka's admin protocol that a log needs.
namespace almanac::log::kafka {

using TopicSettings = std::map<std::string, std::string>;

struct SettingsUnknown {
  bool forbidden = false;  ///< the client may not ask
  std::string what;
};
tl::expected<TopicSettings, SettingsUnknown> ask_topic_settings(const Handle& asker, const std::string& topic,
                                                                std::chrono::milliseconds wait);

/// 0 where it is missing or no number.
std::int64_t number_in(const TopicSettings& settings, const std::string& name);

/// One partition, nothing ever removed, records of up to 16 MiB, and with three replicas or more two of them
/// in sync at least. What went wrong, or nothing; that it is there already is not wrong.
std::optional<std::string> create_log_topic(const Handle& asker, const std::string& topic, int replication,
                                            std::chrono::milliseconds wait);

}  // namespace almanac::log::kafka
