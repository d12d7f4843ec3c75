#include "events/log/kafka/topic_settings.hpp"

#include <array>
#include <charconv>

namespace almanac::log::kafka {
namespace {

Owned<rd_kafka_AdminOptions_t> within(const Handle& asker, std::chrono::milliseconds wait) {
  Owned<rd_kafka_AdminOptions_t> options(rd_kafka_AdminOptions_new(asker.get(), RD_KAFKA_ADMIN_OP_ANY));
  std::array<char, 256> error{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(wait.count()), error.data(),
                                            error.size());
  return options;
}

/// The admin requests time out by themselves; the wait here is only a little longer than theirs.
Owned<rd_kafka_event_t> answer_from(rd_kafka_queue_t& answers, std::chrono::milliseconds wait) {
  return Owned<rd_kafka_event_t>(rd_kafka_queue_poll(&answers, static_cast<int>(wait.count()) + 1000));
}

}  // namespace

tl::expected<TopicSettings, SettingsUnknown> ask_topic_settings(const Handle& asker, const std::string& topic,
                                                                std::chrono::milliseconds wait) {
  const Owned<rd_kafka_queue_t> answers(rd_kafka_queue_new(asker.get()));
  const Owned<rd_kafka_ConfigResource_t> resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* asked = resource.get();
  rd_kafka_DescribeConfigs(asker.get(), &asked, 1, within(asker, wait).get(), answers.get());
  const auto event = answer_from(*answers, wait);
  if (event == nullptr) return tl::unexpected(SettingsUnknown{false, "no answer"});
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return tl::unexpected(SettingsUnknown{false, rd_kafka_event_error_string(event.get())});

  std::size_t count = 0;
  const auto* const* found =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) return tl::unexpected(SettingsUnknown{false, "an empty answer"});
  if (const auto error = rd_kafka_ConfigResource_error(found[0]); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected(
        SettingsUnknown{error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, rd_kafka_err2str(error)});
  }
  TopicSettings settings;
  const auto* const* entries = rd_kafka_ConfigResource_configs(found[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    settings[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
  }
  return settings;
}

std::int64_t number_in(const TopicSettings& settings, const std::string& name) {
  std::int64_t number = 0;
  const auto found = settings.find(name);
  if (found == settings.end()) return 0;
  const auto& text = found->second;
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{} ? number : 0;
}

std::optional<std::string> create_log_topic(const Handle& asker, const std::string& topic, int replication,
                                            std::chrono::milliseconds wait) {
  std::array<char, 512> error{};
  const Owned<rd_kafka_NewTopic_t> wanted(
      rd_kafka_NewTopic_new(topic.c_str(), 1, replication, error.data(), error.size()));
  if (wanted == nullptr) return error.data();
  const std::array<std::pair<const char*, const char*>, 5> settings{
      {{"cleanup.policy", "delete"},
       {"retention.ms", "-1"},
       {"retention.bytes", "-1"},
       {"max.message.bytes", "16777216"},
       {"min.insync.replicas", replication >= 3 ? "2" : "1"}}};
  for (const auto& [name, value] : settings)
    rd_kafka_NewTopic_set_config(wanted.get(), name, value);

  const Owned<rd_kafka_queue_t> answers(rd_kafka_queue_new(asker.get()));
  rd_kafka_NewTopic_t* asked = wanted.get();
  rd_kafka_CreateTopics(asker.get(), &asked, 1, within(asker, wait).get(), answers.get());
  const auto event = answer_from(*answers, wait);
  if (event == nullptr) return "no answer";
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return rd_kafka_event_error_string(event.get());
  std::size_t count = 0;
  const auto* const* made =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  const auto result = count == 1 ? rd_kafka_topic_result_error(made[0]) : RD_KAFKA_RESP_ERR__FAIL;
  if (result == RD_KAFKA_RESP_ERR_NO_ERROR || result == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return {};
  const char* why = count == 1 ? rd_kafka_topic_result_error_string(made[0]) : nullptr;
  return std::string(why != nullptr ? why : rd_kafka_err2str(result));
}

}  // namespace almanac::log::kafka
