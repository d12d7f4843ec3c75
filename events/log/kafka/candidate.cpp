#include "events/log/kafka/candidate.hpp"

#include <atomic>
#include <mutex>
#include <thread>

#include "events/log/kafka/handle.hpp"

namespace almanac::log::kafka {

namespace {
constexpr int poll_ms = 100;
}

struct Candidate::Parts {
  void run();
  void spoke(bool chosen);
  static void rebalanced(rd_kafka_t* kafka, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t* partitions, void* opaque) noexcept;

  std::unique_ptr<Handle> handle;
  mutable std::mutex mutex;
  Hint hint;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

void Candidate::Parts::spoke(bool chosen) {
  const std::lock_guard lock(mutex);
  hint = {chosen, hint.words + 1};
}

/// A revocation alone is no word: every rebalance begins with one, also when all stays as it was.
void Candidate::Parts::rebalanced(rd_kafka_t* kafka, rd_kafka_resp_err_t code,
                                  rd_kafka_topic_partition_list_t* partitions, void* opaque) noexcept {
  if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    rd_kafka_assign(kafka, nullptr);
    return;
  }
  rd_kafka_assign(kafka, partitions);
  if (partitions->cnt > 0) rd_kafka_pause_partitions(kafka, partitions);
  static_cast<Parts*>(static_cast<Handle*>(opaque)->opaque())->spoke(partitions->cnt > 0);
}

void Candidate::Parts::run() {
  while (!stopping) {
    // Paused, it has nothing to hand out but errors, from which librdkafka recovers by itself.
    const Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(handle->get(), poll_ms));
  }
  rd_kafka_consumer_close(handle->get());
}

Candidate::Candidate(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Candidate::~Candidate() {
  parts_->stopping = true;
  parts_->thread.join();
}

tl::expected<std::unique_ptr<Candidate>, Failure> Candidate::open(const Options& options,
                                                                  const std::string& group,
                                                                  const std::string& name) {
  auto parts = std::make_unique<Parts>();
  auto handle = Handle::join(
      options, {.group = group, .name = name, .session = session, .rebalanced = &Parts::rebalanced},
      parts.get());
  if (!handle) return tl::unexpected(handle.error());
  parts->handle = std::move(*handle);
  const Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), options.topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto code = rd_kafka_subscribe(parts->handle->get(), topics.get())) {
    return tl::unexpected(Failure{"the group " + group + " cannot be joined: " + rd_kafka_err2str(code),
                                  "look at kafka.group and kafka.topic"});
  }
  parts->thread = std::thread([all = parts.get()] { all->run(); });
  return std::unique_ptr<Candidate>(new Candidate(std::move(parts)));
}

Candidate::Hint Candidate::hint() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->hint;
}

}  // namespace almanac::log::kafka
