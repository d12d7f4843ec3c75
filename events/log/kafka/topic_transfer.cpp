#include "events/log/kafka/topic_transfer.hpp"

#include <algorithm>
#include <utility>

#include "events/log/kafka/topic_check.hpp"
#include "events/log/kafka/topic_source.hpp"
#include "events/log/kafka/transaction.hpp"

namespace almanac::log::kafka {
namespace {

using How = TransactionEnd::How;

/// The transactional id is ours, the topic is fit, and all that was committed before can be read.
struct Claimed {
  std::unique_ptr<Producer> producer;
  std::unique_ptr<TopicSource> source;
};

tl::unexpected<TopicFault> refused(const Failure& failure) {
  return tl::unexpected(TopicFault{Trouble::final, failure});
}

tl::expected<Claimed, TopicFault> claim(const Options& options) {
  Claimed claimed;
  auto producer = Producer::claim(options, Clock::now() + options.claim_wait);
  if (!producer) return refused(producer.error());
  claimed.producer = std::move(*producer);
  // Only now: what the writer before left open is finished, and it can add nothing behind this end.
  auto source = TopicSource::open(options);
  if (!source) return tl::unexpected(source.error());
  claimed.source = std::move(*source);
  return claimed;
}

tl::expected<void, Failure> committed(const TransactionEnd& end, const Options& options) {
  if (end.how == How::committed) return {};
  const bool unknown = end.how == How::in_doubt || end.how == How::overtaken;
  return tl::unexpected(
      Failure{"the topic " + options.topic + " does not take the records: " + end.why,
              unknown ? "run `almanac verify` on the topic: it holds all of them or none" : "try again"});
}

/// The records as one transaction.
class OneTransaction final : public ImportTarget {
 public:
  OneTransaction(Producer& producer, const Options& options, std::size_t record_bytes_max)
      : producer_(producer),
        options_(options),
        bytes_max_(record_bytes_max),
        deadline_(Clock::now() + options.append_wait) {}

  tl::expected<void, Failure> begin() { return committed(producer_.begin(), options_); }
  tl::expected<void, Failure> add(Record record) override {
    if (record.bytes.size() > bytes_max_) {
      return tl::unexpected(Failure{"position " + std::to_string(next_) + " has " +
                                        std::to_string(record.bytes.size()) + " bytes, the topic " +
                                        options_.topic + " takes " + std::to_string(bytes_max_),
                                    "raise max.message.bytes of the topic"});
    }
    ++next_;
    last_ = record.hash;
    return committed(producer_.add(record, deadline_), options_);
  }
  tl::expected<void, Failure> finish(std::optional<Record> follower) override {
    if (follower) {
      if (auto added = add(std::move(*follower)); !added) return added;
    }
    return committed(producer_.finish(deadline_), options_);
  }

  Position end() const { return next_; }
  const Hash& last() const { return last_; }

 private:
  Producer& producer_;
  const Options& options_;
  std::size_t bytes_max_;
  Clock::time_point deadline_;
  Position next_ = 0;
  Hash last_{};
};

tl::expected<void, Failure> must_be_empty(TopicSource& source, const Options& options) {
  const auto first = source.next();
  if (!first) return tl::unexpected(first.error());
  if (!*first) return {};
  return tl::unexpected(
      Failure{"the topic " + options.topic + " already holds a log", "import into a new topic"});
}

/// Proves that the topic holds what was sent. Claims first, since the brokers acknowledge a commit before it
/// can be read.
tl::expected<void, TopicFault> read_back(const Options& options, const OneTransaction& sent) {
  const auto claimed = claim(options);
  if (!claimed) return tl::unexpected(claimed.error());
  const auto verified = verify(*claimed->source);
  if (!verified) return refused({verified.error().what, verified.error().mend});
  if (verified->end == sent.end() && verified->last == sent.last()) return {};
  return refused({"the topic " + options.topic + " does not end with what was imported",
                  "find who else writes to it; import into a new topic"});
}

struct End {
  Verified verified;
  std::optional<Entry> last;
};

tl::expected<End, Failure> walk(TopicSource& source) {
  Verifier verifier;
  End end;
  while (true) {
    auto entry = source.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) break;
    if (auto taken = verifier.take(**entry); !taken)
      return tl::unexpected(Failure{taken.error().what, taken.error().mend});
    end.last = std::move(*entry);
  }
  end.verified = verifier.so_far();
  return end;
}

}  // namespace

tl::expected<Verified, TopicFault> import_topic(const Options& given, Source& source, Unsealed unsealed,
                                                const GoOn& go_on, const Meaning& meaning,
                                                const Progress& progress) {
  Options options = given;
  options.missing_topic = MissingTopic::create;
  const auto facts = check_topic_until(options);
  if (!facts) return tl::unexpected(facts.error());
  options.sent_at_once_max = std::min(options.sent_at_once_max, facts->record_bytes_max);
  auto claimed = claim(options);
  if (!claimed) return tl::unexpected(claimed.error());
  if (auto empty = must_be_empty(*claimed->source, options); !empty) return refused(empty.error());
  OneTransaction target(*claimed->producer, options, facts->record_bytes_max);
  if (auto begun = target.begin(); !begun) return refused(begun.error());
  const auto imported = import_into(target, source, unsealed, go_on, meaning, progress);
  claimed->producer.reset();
  if (!imported) {
    // Another claim ends the transaction now; without it the brokers would, when its time is up.
    static_cast<void>(Producer::claim(options, Clock::now() + options.claim_wait));
    return refused(imported.error());
  }
  if (auto there = read_back(options, target); !there) return tl::unexpected(there.error());
  return *imported;
}

tl::expected<void, TopicFault> seal_topic(const Options& options, const MakeSeal& make) {
  if (const auto facts = check_topic_until(options); !facts) return tl::unexpected(facts.error());
  auto claimed = claim(options);
  if (!claimed) return tl::unexpected(claimed.error());
  const auto end = walk(*claimed->source);
  if (!end) return refused(end.error());
  const Verified& verified = end->verified;
  if (!end->last) return refused({"this log is empty", "there is nothing to move"});
  if (verified.sealed) return {};
  const auto seal =
      make(end->last->record, Tip{verified.end, verified.epoch, verified.last}, verified.epoch + 1);
  if (!seal) return refused(seal.error());
  const auto appended = claimed->producer->commit({&*seal, 1}, Clock::now() + options.append_wait);
  if (auto done = committed(appended, options); !done) return refused(done.error());
  claimed->producer.reset();
  // The brokers acknowledge a commit before it can be read; behind another claim it can.
  if (const auto again = Producer::claim(options, Clock::now() + options.claim_wait); !again)
    return refused(again.error());
  return {};
}

}  // namespace almanac::log::kafka
