#include "services/node/storage.hpp"

#include <chrono>
#include <mutex>
#include <optional>

#include "events/log/embedded_log.hpp"
#include "events/log/source.hpp"
#include "services/node/paths.hpp"

namespace almanac::node {
namespace {

using projections::Store;

tl::expected<std::unique_ptr<Store>, log::Failure> open_store(const std::filesystem::path& directory,
                                                              const Logger& logger) {
  auto store = Store::open({.directory = directory});
  if (store && (*store)->set_aside()) {
    logger.warn("the read models were set aside and are built anew", {{"why", *(*store)->set_aside()}});
  }
  return store;
}

/// What librdkafka says, into the node's log: its troubles as warnings, one in a while, since each try brings
/// the same again.
class KafkaSays {
 public:
  explicit KafkaSays(const Logger& logger) : logger_(logger) {}
  void operator()(log::kafka::Weight weight, std::string_view line) const {
    const bool loud = weight == log::kafka::Weight::trouble && last_->may_say();
    logger_.say(loud ? LogLevel::warn : LogLevel::debug, "kafka: " + std::string(line));
  }

 private:
  struct Last {
    bool may_say() {
      const auto now = std::chrono::steady_clock::now();
      const std::lock_guard lock(mutex);
      if (at && now - *at < std::chrono::seconds(5)) return false;
      at = now;
      return true;
    }
    std::mutex mutex;
    std::optional<std::chrono::steady_clock::time_point> at;
  };
  const Logger& logger_;
  std::shared_ptr<Last> last_ = std::make_shared<Last>();
};

/// Read models of another log, or of records that were given up, know what this log does not.
tl::expected<void, log::Failure> start_over_unless_of(const log::Records& log, projections::Store& store,
                                                      const Logger& logger) {
  const auto applied = store.applied();
  const auto log_id = log::log_id_at(log, applied.position.value_or(0));
  if (!log_id) return tl::make_unexpected(log_id.error());
  const bool of_another_log = applied.position && applied.log_id.text() != *log_id;
  const bool past_a_forgiven_loss = applied.position && *applied.position >= log.end();
  if (!of_another_log && !past_a_forgiven_loss) return {};
  const std::string why =
      of_another_log ? "they belong to another log" : "they know records that were given up";
  if (auto anew = store.start_over(why); !anew) return anew;
  logger.warn("the read models were set aside and are built anew", {{"why", why}});
  return {};
}

}  // namespace

std::vector<log::Witness> witnesses_of(const projections::Applied& applied) {
  if (!applied.position) return {};
  return {{.whose = "the read models",
           .log_id = applied.log_id.text(),
           .position = *applied.position,
           .hash = applied.hash}};
}

log::kafka::Options kafka_options(const Settings& settings) {
  return {.directory = topic_copy_in(settings.data.dir),
          .brokers = settings.kafka.brokers,
          .topic = settings.kafka.topic,
          .properties = settings.kafka.properties};
}

log::kafka::Options kafka_options(const Settings& settings, const Logger& logger) {
  auto options = kafka_options(settings);
  if (settings.kafka.create_topic) options.missing_topic = log::kafka::MissingTopic::create;
  options.accept_loss_after = settings.accept_loss_after;
  options.open_wait = std::chrono::seconds(3);
  options.claim_wait = std::chrono::seconds(10);
  options.say = KafkaSays(logger);
  return options;
}

tl::expected<Storage, log::Failure> Storage::open(const Settings& settings, const Logger& logger) {
  auto directory = log::OwnedDirectory::open(settings.data.dir, log::data_directory);
  if (!directory) return tl::make_unexpected(directory.error());
  auto store = open_store(read_models_in(settings.data.dir), logger);
  if (!store) return tl::make_unexpected(store.error());
  const auto known = witnesses_of((*store)->applied());
  if (settings.log.engine == "kafka") {
    auto options = kafka_options(settings, logger);
    options.known = known;
    auto log = log::kafka::KafkaLog::open(options);
    if (!log) return tl::make_unexpected(log.error());
    auto* const kafka = log->get();
    return Storage{std::move(*directory), std::move(*store), std::move(*log), kafka};
  }
  auto log = log::EmbeddedLog::open({.directory = log_in(settings.data.dir),
                                     .known = known,
                                     .accept_loss_after = settings.accept_loss_after});
  if (!log) return tl::make_unexpected(log.error());
  if (auto of_this = start_over_unless_of(**log, **store, logger); !of_this)
    return tl::make_unexpected(of_this.error());
  return Storage{std::move(*directory), std::move(*store), std::move(*log), nullptr};
}

}  // namespace almanac::node
