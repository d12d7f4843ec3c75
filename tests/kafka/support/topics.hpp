#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "events/log/kafka/kafka_log.hpp"

/// What others may do to a topic: make it, write to it, remove from it.
namespace almanac::log::test {

/// Options for a log on the test's broker with everything that a test may leave as it is.
kafka::Options options_for(const std::filesystem::path& directory, const std::string& topic);

void make_topic(const std::string& topic, int partitions = 1,
                const std::map<std::string, std::string>& settings = {{"retention.ms", "-1"}});
void remove_topic(const std::string& topic);
/// Removes everything before that offset.
void remove_before(const std::string& topic, std::int64_t offset);

/// A writer that keeps to no claim. What is finished is in the partition, marker and all, when this returns.
enum class Finish { commit, abort, leave_open };
void write(const std::string& topic, std::span<const Record> records, Finish finish = Finish::commit,
           const std::string& transactional_id = "somebody else");
/// A message without an envelope.
void write_text(const std::string& topic, const std::string& text);

}  // namespace almanac::log::test
