#include "tests/kafka/support/topics.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "events/log/kafka/message.hpp"
#include "events/log/kafka/offsets.hpp"
#include "tests/kafka/support/brokers.hpp"

namespace almanac::log::test {
namespace {

using kafka::Handle;
using kafka::Owned;
using kafka::Role;
constexpr int wait_ms = 30000;

std::unique_ptr<Handle> handle(const std::string& topic, Role role, const std::string& transactional_id = {},
                               std::int64_t* last_offset = nullptr) {
  auto options = options_for({}, topic);
  options.transactional_id = transactional_id;
  const auto delivered = [](rd_kafka_t*, const rd_kafka_message_t* message, void* last) {
    *static_cast<std::int64_t*>(last) = message->offset;
  };
  auto opened = Handle::open(options, role, last_offset != nullptr ? +delivered : nullptr, last_offset);
  if (!opened) throw std::runtime_error(opened.error().what);
  return std::move(*opened);
}

void must(const Owned<rd_kafka_error_t>& error, const char* doing) {
  if (error != nullptr)
    throw std::runtime_error(std::string(doing) + ": " + rd_kafka_error_string(error.get()));
}

void wait_for(rd_kafka_queue_t& answers) {
  const Owned<rd_kafka_event_t> event(rd_kafka_queue_poll(&answers, wait_ms));
  if (event == nullptr) throw std::runtime_error("the broker does not answer");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const auto* topics = rd_kafka_event_CreateTopics_result(event.get());
  if (topics == nullptr) return;
  const auto* const* made = rd_kafka_CreateTopics_result_topics(topics, &count);
  if (rd_kafka_topic_result_error(made[0]) != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(rd_kafka_topic_result_error_string(made[0]));
}

}  // namespace

kafka::Options options_for(const std::filesystem::path& directory, const std::string& topic) {
  kafka::Options options;
  options.directory = directory;
  options.brokers = brokers().bootstrap();
  options.topic = topic;
  options.missing_topic = kafka::MissingTopic::create;
  options.open_wait = std::chrono::seconds(60);
  options.claim_wait = std::chrono::seconds(60);
  options.append_wait = std::chrono::seconds(60);
  options.barrier_wait = std::chrono::seconds(60);
  return options;
}

void make_topic(const std::string& topic, int partitions,
                const std::map<std::string, std::string>& settings) {
  const auto admin = handle(topic, Role::asker);
  const Owned<rd_kafka_queue_t> answers(rd_kafka_queue_new(admin->get()));
  const Owned<rd_kafka_NewTopic_t> wanted(rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0));
  for (const auto& [name, value] : settings)
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  rd_kafka_NewTopic_t* asked = wanted.get();
  rd_kafka_CreateTopics(admin->get(), &asked, 1, nullptr, answers.get());
  wait_for(*answers);
}

void remove_topic(const std::string& topic) {
  const auto admin = handle(topic, Role::asker);
  const Owned<rd_kafka_queue_t> answers(rd_kafka_queue_new(admin->get()));
  rd_kafka_DeleteTopic_t* unwanted = rd_kafka_DeleteTopic_new(topic.c_str());
  rd_kafka_DeleteTopics(admin->get(), &unwanted, 1, nullptr, answers.get());
  rd_kafka_DeleteTopic_destroy(unwanted);
  wait_for(*answers);
}

void remove_before(const std::string& topic, std::int64_t offset) {
  const auto admin = handle(topic, Role::asker);
  const Owned<rd_kafka_queue_t> answers(rd_kafka_queue_new(admin->get()));
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0)->offset = offset;
  rd_kafka_DeleteRecords_t* before = rd_kafka_DeleteRecords_new(list.get());
  rd_kafka_DeleteRecords(admin->get(), &before, 1, nullptr, answers.get());
  rd_kafka_DeleteRecords_destroy(before);
  wait_for(*answers);
}

void write(const std::string& topic, std::span<const Record> records, Finish finish,
           const std::string& transactional_id) {
  std::int64_t last_offset = 0;
  const auto producer = handle(topic, Role::producer, transactional_id, &last_offset);
  rd_kafka_t* kafka = producer->get();
  must(Owned<rd_kafka_error_t>(rd_kafka_init_transactions(kafka, wait_ms)), "init");
  must(Owned<rd_kafka_error_t>(rd_kafka_begin_transaction(kafka)), "begin");
  for (const auto& record : records) {
    const auto view = *events::view_of(record.bytes);
    auto headers = kafka::headers_of(view);
    const auto error = rd_kafka_producev(
        kafka, RD_KAFKA_V_RKT(producer->topic()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(view.key.data(), view.key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(view.value.data()), view.value.size()),
        RD_KAFKA_V_HEADERS(headers.release()), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  }
  if (rd_kafka_flush(kafka, wait_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error("not flushed");
  if (finish == Finish::commit)
    must(Owned<rd_kafka_error_t>(rd_kafka_commit_transaction(kafka, wait_ms)), "commit");
  if (finish == Finish::abort)
    must(Owned<rd_kafka_error_t>(rd_kafka_abort_transaction(kafka, wait_ms)), "abort");
  if (finish == Finish::leave_open) return;
  // The broker answers before the marker is in the partition.
  const auto asker = handle(topic, Role::asker);
  while (kafka::ask_last_stable_offset(*asker, std::chrono::seconds(30)).value() < last_offset + 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void write_text(const std::string& topic, const std::string& text) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "text") << text << "\n";
  const std::string command = "kcat -P -b " + brokers().bootstrap() + " -t " + topic +
                              " -k somebody -p 0 -l " + (directory.path() / "text").string();
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
}

}  // namespace almanac::log::test
