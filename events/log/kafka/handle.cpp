#include "events/log/kafka/handle.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "events/seeded_bug.hpp"

namespace almanac::log::kafka {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

Properties of_all(const Options& options) {
  return {{"bootstrap.servers", options.brokers},
          {"client.id", "almanac"},
          {"allow.auto.create.topics", "false"},
          {"socket.nagle.disable", "true"},
          // A broker that is back is found within a second or two, not within ten.
          {"reconnect.backoff.ms", "50"},
          {"reconnect.backoff.max.ms", "1000"}};
}

Properties of_readers() {
  return {{"isolation.level", events::seeded_bug("read_uncommitted") ? "read_uncommitted" : "read_committed"},
          {"check.crcs", "true"},
          {"auto.offset.reset", "error"},
          {"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"enable.partition.eof", "true"},
          {"queued.max.messages.kbytes", "16384"},
          {"fetch.error.backoff.ms", "100"}};
}

Properties of_producers(const Options& options) {
  // Longer than an append waits, so that the coordinator never ends a transaction that its owner still may.
  const auto transaction_ms = options.append_wait.count() + 20000;
  std::string id = options.transactional_id.empty() ? "almanac:" + options.topic : options.transactional_id;
  if (events::seeded_bug("own_transactional_id")) id += ":" + options.directory.string();
  return {
      {"transactional.id", std::move(id)},
      {"transaction.timeout.ms", std::to_string(transaction_ms)},
      // A fence may leave a request without an answer, and commit_transaction then waits for twice this.
      {"socket.timeout.ms", std::to_string(std::min<std::int64_t>(options.append_wait.count() / 2, 60'000))},
      {"acks", "all"},
      {"linger.ms", "0"},
      {"queue.buffering.max.messages", "1000000"},
      {"batch.size", std::to_string(std::max<std::size_t>(options.sent_at_once_max, 1))},
      // The topic's own limit is the one that counts; it is judged before anything is produced.
      {"message.max.bytes", "1000000000"}};
}

/// Members leave when they close (no static membership), so that a node that stops is replaced at once; their
/// ids begin with `client.id`, and the range assignor goes by the order of ids.
Properties of_members(const Handle::Membership& membership) {
  return {{"group.id", membership.group},
          {"client.id", membership.name},
          {"partition.assignment.strategy", "range"},
          {"session.timeout.ms", std::to_string(membership.session.count())},
          {"heartbeat.interval.ms", "1000"},
          {"topic.metadata.refresh.interval.ms", "5000"}};
}

/// Passed through, but not where a property of ours would be undone.
tl::expected<void, Failure> check_own(const Options& options, const Properties& ours) {
  for (const auto& given : options.properties) {
    const std::string& name = given.first;
    const bool taken =
        std::any_of(ours.begin(), ours.end(), [&](const auto& property) { return property.first == name; });
    if (taken || name == "enable.idempotence" || name == "group.id") {
      return tl::unexpected(Failure{"the Kafka property " + name + " is set by Almanac itself",
                                    "remove it: the log's safety rests on it"});
    }
  }
  return {};
}

Properties all_of_role(const Options& options, Role role) {
  Properties all = of_all(options);
  const Properties more = role == Role::producer ? of_producers(options) : of_readers();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

tl::expected<void, Failure> set(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), error.data(), error.size()) == RD_KAFKA_CONF_OK)
    return {};
  return tl::unexpected(Failure{"the Kafka property " + name + " is refused: " + error.data(),
                                "see librdkafka's CONFIGURATION.md"});
}

tl::expected<void, Failure> set_all(rd_kafka_conf_t& conf, const Properties& properties) {
  for (const auto& [name, value] : properties) {
    if (auto done = set(conf, name, value); !done) return done;
  }
  return {};
}

tl::expected<Owned<rd_kafka_conf_t>, Failure> configured(const Options& options, Role role) {
  auto every = all_of_role(options, Role::tail);
  const auto of_producer = of_producers(options);
  every.insert(every.end(), of_producer.begin(), of_producer.end());
  if (auto own = check_own(options, every); !own) return tl::unexpected(own.error());

  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  const Properties given(options.properties.begin(), options.properties.end());
  for (const auto& properties : {all_of_role(options, role), given}) {
    if (auto done = set_all(*conf, properties); !done) return tl::unexpected(done.error());
  }
  return conf;
}

}  // namespace

void forward_delivery(rd_kafka_t* kafka, const rd_kafka_message_t* message, void* opaque) noexcept {
  const auto* handle = static_cast<const Handle*>(opaque);
  if (handle->delivered_ != nullptr) handle->delivered_(kafka, message, handle->opaque_);
}

void Handle::log(const rd_kafka_t* kafka, int level, const char* facility, const char* text) noexcept try {
  // Called while the handle is being made, too, when it has no opaque yet.
  const auto* handle = kafka != nullptr ? static_cast<const Handle*>(rd_kafka_opaque(kafka)) : nullptr;
  constexpr int warning = 4;  // as syslog counts
  if (handle != nullptr && handle->say_)
    handle->say_(level <= warning ? Weight::trouble : Weight::detail, std::string(facility) + ": " + text);
} catch (...) {
  // A line of text is not worth more than the log itself.
}

tl::expected<void, Failure> Handle::make(const Options& options, Role role, Owned<rd_kafka_conf_t> conf) {
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_log_cb(conf.get(), &Handle::log);
  std::array<char, 512> error{};
  kafka_ = rd_kafka_new(role == Role::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf.get(),
                        error.data(), error.size());
  if (kafka_ == nullptr) {
    return tl::unexpected(
        Failure{std::string("no Kafka client can be made: ") + error.data(), "look at the Kafka settings"});
  }
  static_cast<void>(conf.release());  // now the client's
  topic_.reset(rd_kafka_topic_new(kafka_, options.topic.c_str(), nullptr));
  if (topic_ == nullptr) {
    return tl::unexpected(Failure{"the topic's name is refused: " + options.topic,
                                  "a name has 1 to 249 of the characters a-z A-Z 0-9 . _ -"});
  }
  return {};
}

tl::expected<std::unique_ptr<Handle>, Failure> Handle::open(const Options& options, Role role,
                                                            Delivered delivered, void* opaque) {
  auto conf = configured(options, role);
  if (!conf) return tl::unexpected(conf.error());
  std::unique_ptr<Handle> handle(new Handle(options));
  handle->delivered_ = delivered;
  handle->opaque_ = opaque;
  if (role == Role::producer) rd_kafka_conf_set_dr_msg_cb(conf->get(), &forward_delivery);
  if (auto made = handle->make(options, role, std::move(*conf)); !made) return tl::unexpected(made.error());
  return handle;
}

tl::expected<std::unique_ptr<Handle>, Failure> Handle::join(const Options& options,
                                                            const Membership& membership, void* opaque) {
  auto conf = configured(options, Role::member);
  if (!conf) return tl::unexpected(conf.error());
  if (auto done = set_all(**conf, of_members(membership)); !done) return tl::unexpected(done.error());
  rd_kafka_conf_set_rebalance_cb(conf->get(), membership.rebalanced);
  std::unique_ptr<Handle> handle(new Handle(options));
  handle->opaque_ = opaque;
  if (auto made = handle->make(options, Role::member, std::move(*conf)); !made)
    return tl::unexpected(made.error());
  rd_kafka_poll_set_consumer(handle->get());
  return handle;
}

Handle::~Handle() {
  topic_.reset();
  if (kafka_ != nullptr) rd_kafka_destroy(kafka_);
}

int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace almanac::log::kafka
