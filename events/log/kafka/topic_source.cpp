#include "events/log/kafka/topic_source.hpp"

#include <utility>
#include <vector>

#include "events/log/kafka/message.hpp"
#include "events/log/kafka/offsets.hpp"
#include "events/log/kafka/topic_check.hpp"
#include "events/log/verify.hpp"

namespace almanac::log::kafka {
namespace {

tl::unexpected<TopicFault> refused(const Failure& failure, Trouble trouble) {
  return tl::unexpected(TopicFault{trouble, failure});
}

}  // namespace

struct TopicSource::Parts {
  explicit Parts(const Options& given) : options(given) {}
  ~Parts() { stop(); }

  bool start() {
    started = rd_kafka_consume_start(reader->topic(), 0, 0) == 0;
    chain = Chain({}, [this](Position position) {
      return position < hashes.size() ? std::optional(hashes[position]) : std::nullopt;
    });
    hashes.clear();
    set_aside = {};
    done = end == 0;
    return started;
  }
  void stop() {
    if (started) rd_kafka_consume_stop(reader->topic(), 0);
    started = false;
  }
  /// Nullopt: it moves no position.
  std::optional<Entry> judge(const rd_kafka_message_t& message);
  tl::unexpected<Failure> cannot_read(const std::string& why) const {
    return tl::unexpected(Failure{"position " + std::to_string(chain.tip().next) +
                                      " cannot be read from the topic " + options.topic + ": " + why,
                                  "look whether the brokers run and can be reached from here"});
  }

  const Options options;
  std::unique_ptr<Handle> reader;
  Offset end = 0;
  bool started = false, done = false, out_of_reach = false;
  Chain chain;
  std::vector<Hash> hashes;
  SetAside set_aside;
};

TopicSource::TopicSource(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TopicSource::~TopicSource() = default;

tl::expected<std::unique_ptr<TopicSource>, TopicFault> TopicSource::open(const Options& options) {
  if (const auto facts = check_topic_until(options); !facts) return tl::unexpected(facts.error());
  const auto asker = Handle::open(options, Role::asker);
  if (!asker) return refused(asker.error(), Trouble::final);
  const auto end = ask_last_stable_offset(**asker, options.open_wait);
  if (!end) return refused(end.error(), Trouble::passing);
  auto reader = Handle::open(options, Role::tail);
  if (!reader) return refused(reader.error(), Trouble::final);
  auto parts = std::make_unique<Parts>(options);
  parts->reader = std::move(*reader);
  parts->end = *end;
  if (!parts->start())
    return refused({rd_kafka_err2str(rd_kafka_last_error()), "try again"}, Trouble::passing);
  return std::unique_ptr<TopicSource>(new TopicSource(std::move(parts)));
}

tl::expected<std::optional<Entry>, Failure> TopicSource::next() {
  auto& topic = *parts_;
  auto deadline = Clock::now() + topic.options.open_wait;
  while (!topic.done) {
    const Owned<rd_kafka_message_t> message(
        rd_kafka_consume(topic.reader->topic(), 0, milliseconds_until(deadline)));
    rd_kafka_poll(topic.reader->get(), 0);
    const bool at_end = message != nullptr && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message == nullptr || (at_end && message->offset < topic.end && Clock::now() >= deadline)) {
      topic.out_of_reach = true;
      return topic.cannot_read("the brokers say nothing");
    }
    if (at_end && message->offset < topic.end) continue;  // a leader that is not there yet
    if (!at_end && message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return topic.cannot_read(rd_kafka_message_errstr(message.get()));
    topic.done = message->offset >= topic.end;
    if (topic.done) break;
    topic.done = message->offset + 1 >= topic.end;
    deadline = Clock::now() + topic.options.open_wait;
    if (auto entry = topic.judge(*message)) return entry;
  }
  return std::nullopt;
}

std::optional<Entry> TopicSource::Parts::judge(const rd_kafka_message_t& message) {
  auto record = record_of(message);
  const auto judgement =
      record ? chain.take(*record) : Judgement{Verdict::foreign, "no record of ours can look like it"};
  switch (judgement.verdict) {
    case Verdict::fold:
      hashes.push_back(record->hash);
      return Entry{chain.tip().next - 1, std::move(*record)};
    case Verdict::gap:
    case Verdict::broken:
      return Entry{events::chain_link(record->bytes)->position, std::move(*record)};
    case Verdict::duplicate:
      ++set_aside.duplicates;
      break;
    case Verdict::altered_duplicate:
      ++set_aside.altered;
      break;
    case Verdict::foreign:
      ++set_aside.foreign;
      break;
  }
  return std::nullopt;
}

tl::expected<std::string, Failure> TopicSource::log_id() {
  const auto verified = verify(*this);
  if (!verified) return tl::unexpected(Failure{verified.error().what, verified.error().mend});
  parts_->stop();
  if (!parts_->start()) return parts_->cannot_read(rd_kafka_err2str(rd_kafka_last_error()));
  return verified->log_id;
}

const SetAside& TopicSource::set_aside() const {
  return parts_->set_aside;
}

bool TopicSource::out_of_reach() const {
  return parts_->out_of_reach;
}

}  // namespace almanac::log::kafka
