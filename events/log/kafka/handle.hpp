#pragma once
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "events/log/kafka/options.hpp"

/// librdkafka's handles with owners, and the one place where its properties are set.
namespace almanac::log::kafka {

struct Deleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
  void operator()(rd_kafka_AdminOptions_t* options) const { rd_kafka_AdminOptions_destroy(options); }
  void operator()(rd_kafka_ConfigResource_t* resource) const { rd_kafka_ConfigResource_destroy(resource); }
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

/// What a handle is for decides its properties and its connections: the tail's are busy with a fetch that
/// waits, so whoever asks has others.
enum class Role : std::uint8_t { tail, asker, producer, member };

/// A client of the cluster. Making one touches no network. Thread safety: librdkafka's, that is any thread.
class Handle {
 public:
  /// Called with every delivery report of a producer, on the thread that polls. It must not throw.
  using Delivered = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void*);

  static tl::expected<std::unique_ptr<Handle>, Failure> open(const Options& options, Role role,
                                                             Delivered delivered = nullptr,
                                                             void* opaque = nullptr);
  /// A member of a consumer group. `rebalanced` is called on the thread that polls, with this handle as its
  /// opaque, and must not throw.
  struct Membership {
    std::string group, name;
    std::chrono::milliseconds session;
    void (*rebalanced)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void*) = nullptr;
  };
  static tl::expected<std::unique_ptr<Handle>, Failure> join(const Options& options,
                                                             const Membership& membership, void* opaque);
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();

  rd_kafka_t* get() const { return kafka_; }
  /// The topic as this handle knows it; null when librdkafka refuses its name.
  rd_kafka_topic_t* topic() const { return topic_.get(); }
  /// What it was opened with.
  void* opaque() const { return opaque_; }

 private:
  explicit Handle(const Options& options) : say_(options.say) {}
  tl::expected<void, Failure> make(const Options& options, Role role, Owned<rd_kafka_conf_t> conf);
  static void log(const rd_kafka_t* kafka, int level, const char* facility, const char* text) noexcept;

  std::function<void(Weight, std::string_view)> say_;
  Delivered delivered_ = nullptr;
  void* opaque_ = nullptr;
  rd_kafka_t* kafka_ = nullptr;
  Owned<rd_kafka_topic_t> topic_;

  friend void forward_delivery(rd_kafka_t*, const rd_kafka_message_t*, void*) noexcept;
};

/// Milliseconds until then, never negative, as librdkafka takes them.
int milliseconds_until(std::chrono::steady_clock::time_point deadline);

}  // namespace almanac::log::kafka
