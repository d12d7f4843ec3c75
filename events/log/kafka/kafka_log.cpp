#include "events/log/kafka/kafka_log.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "events/log/kafka/copy.hpp"
#include "events/log/kafka/end_watch.hpp"
#include "events/log/kafka/topic_tail.hpp"
#include "events/log/kafka/transaction.hpp"
#include "events/log/source.hpp"
#include "events/seeded_bug.hpp"

namespace almanac::log::kafka {

namespace {

constexpr const char* sealed_text = "the log is sealed: it was exported whole and ends here";

/// For the tail of a node that was paused to hear what happened meanwhile.
constexpr auto awake_again = std::chrono::seconds(1);

}  // namespace

struct KafkaLog::Parts {
  Parts(const Options& given, std::unique_ptr<Handle> asking, std::unique_ptr<Copy> stored)
      : options(given),
        asker(std::move(asking)),
        copy(std::move(stored)),
        progress(copy->chain()),
        tail(options, *asker, *copy, progress),
        watch(*asker, progress) {}

  /// No appends before another claim; what was in doubt is left to it.
  void give_up(std::string why) {
    producer.reset();
    given_up = std::move(why);
  }

  /// A doubt is over when the own tail shows another's claim: behind it nothing of ours can follow. Claiming
  /// would end it too, but take the log from that other without need.
  AppendResult settle(const TransactionEnd& end, Epoch epoch, Position last, const Hash& hash,
                      Clock::time_point deadline) {
    give_up(end.why);
    if (!progress.wait_for_epoch_behind(epoch, deadline)) return Unknown{end.why};
    give_up({});
    if (copy->hash_at(last) == hash) return Committed{last};
    return Fenced{progress.chain().tip().epoch};
  }

  const Options options;
  const std::unique_ptr<Handle> asker;
  const std::unique_ptr<Copy> copy;
  Progress progress;
  TopicTail tail;
  EndWatch watch;

  // The writer's thread:
  std::unique_ptr<Producer> producer;  // as long as we may append
  Chain chain;                         // behind what we appended
  Epoch highest = 0;                   // of our claims
  bool sealed = false;
  std::string given_up;  // why there is no producer; empty before the first claim and when fenced
};

KafkaLog::KafkaLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KafkaLog::~KafkaLog() = default;

tl::expected<std::unique_ptr<KafkaLog>, Failure> KafkaLog::open(const Options& options) {
  const auto deadline = Clock::now() + options.open_wait;
  std::string set_aside;
  for (int attempt = 0;; ++attempt) {
    auto asker = Handle::open(options, Role::asker);
    if (!asker) return tl::unexpected(asker.error());
    auto copy = Copy::open(options);
    if (!copy) return tl::unexpected(copy.error());
    if (set_aside.empty()) set_aside = (*copy)->set_aside();
    auto parts = std::make_unique<Parts>(options, std::move(*asker), std::move(*copy));
    parts->progress.wait_for_first_word(deadline);
    const auto stopped = parts->progress.standing().stopped;
    if (!stopped) {
      parts->progress.note_copy_set_aside(set_aside);
      return std::unique_ptr<KafkaLog>(new KafkaLog(std::move(parts)));
    }
    if (!parts->tail.wants_reread() || attempt > 0) return tl::unexpected(*stopped);
    set_aside = stopped->what;
  }
}

tl::expected<Claim, Failure> KafkaLog::claim() {
  auto& log = *parts_;
  const auto deadline = Clock::now() + log.options.claim_wait;
  log.give_up("the last claim failed: claim again");
  Options options = log.options;
  if (const auto topic = log.progress.standing().topic)
    options.sent_at_once_max = std::min(options.sent_at_once_max, topic->record_bytes_max);
  auto producer = Producer::claim(options, deadline);
  if (!producer) return tl::unexpected(producer.error());
  // Only now: whoever was the writer can add nothing behind this end.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  const auto end = ask_last_stable_offset(*log.asker, left);
  if (!end) return tl::unexpected(end.error());
  if (auto read = log.progress.wait_for_offset(*end, deadline); !read) return tl::unexpected(read.error());

  log.chain = log.progress.chain();
  const auto& tip = log.chain.tip();
  if (tip.next > 0) {
    const auto last = log.copy->read(tip.next - 1, 1);
    if (!last) return tl::unexpected(last.error());
    log.sealed = is_seal(last->front().record.bytes);
  }
  log.given_up = log.sealed ? sealed_text : "";
  if (log.sealed) return Claim{0, tip.next, tip.last, true};
  log.highest = std::max(log.highest, tip.epoch) + 1;
  log.producer = std::move(*producer);
  return Claim{log.highest, tip.next, tip.last, false};
}

AppendResult KafkaLog::append(Epoch epoch, Position expected, std::span<const Record> records) {
  auto& log = *parts_;
  if (log.producer == nullptr && !log.given_up.empty()) return Unavailable{log.given_up};
  if (log.producer == nullptr || epoch != log.highest) return Fenced{log.progress.chain().tip().epoch};
  if (log.sealed) return Unavailable{sealed_text};
  if (const auto stopped = log.progress.standing().stopped) return Unavailable{stopped->what};
  const Position next = log.chain.tip().next;
  if (const Tip seen = log.progress.chain().tip(); seen.next > next) {
    // Records that we did not append: the log was claimed by another, and these are of its epoch.
    log.give_up({});
    return Fenced{seen.epoch};
  }
  if (records.empty() || expected != next) return Conflict{next};
  Chain chain = log.chain;
  const std::size_t bytes_max = log.progress.standing().topic->record_bytes_max;
  for (const auto& record : records) {
    if (chain.take(record).verdict != Verdict::fold) return Conflict{next};
    if (record.bytes.size() > bytes_max) return TooLarge{bytes_max};
  }

  const Position last = next + records.size() - 1;
  const auto deadline = Clock::now() + log.options.append_wait;
  const auto end = log.producer->commit(records, deadline);
  switch (end.how) {
    case TransactionEnd::How::committed:
      break;
    case TransactionEnd::How::fenced:
      log.give_up({});
      return Fenced{0};
    case TransactionEnd::How::not_committed:
      log.give_up(end.why);
      return Unavailable{end.why};
    case TransactionEnd::How::in_doubt:
      if (events::seeded_bug("old_handle_after_doubt")) return Unavailable{end.why};
      return log.settle(end, epoch, last, records.back().hash, Clock::now() + awake_again);
    case TransactionEnd::How::overtaken:
      return log.settle(end, epoch, last, records.back().hash, Clock::now() + log.options.barrier_wait);
  }
  // The brokers answer before the markers are in the partition: only what the own tail delivered is visible.
  if (events::seeded_bug("reply_before_tail")) {
    log.chain = std::move(chain);
    return Committed{last};
  }
  if (auto delivered = log.progress.wait_for_position(last, deadline); !delivered) {
    log.give_up("committed, but not seen: " + delivered.error().what);
    return Unknown{log.given_up};
  }
  if (log.copy->hash_at(last) != records.back().hash) {
    log.give_up("committed, but another record stands at position " + std::to_string(last));
    return Unknown{log.given_up};
  }
  log.chain = std::move(chain);
  log.sealed = is_seal(records.back().bytes);
  return Committed{last};
}

tl::expected<std::vector<Entry>, Failure> KafkaLog::read(Position from, std::size_t limit) const {
  return parts_->copy->read(from, limit);
}

Position KafkaLog::end() const {
  return parts_->progress.committed().end();
}

std::unique_ptr<Tail> KafkaLog::tail(Position from) {
  return std::make_unique<SignalledTail>(*parts_->copy, parts_->progress.committed(), from);
}

tl::expected<Position, Failure> KafkaLog::barrier() {
  auto& log = *parts_;
  if (events::seeded_bug("barrier_unasked")) return this->end();
  const auto asked_at = Clock::now();
  const auto end = ask_last_stable_offset(*log.asker, log.options.barrier_wait);
  if (!end) return tl::unexpected(end.error());
  log.progress.told_end(*end, asked_at);
  // An acknowledged record has its transaction's marker somewhere behind it, both below the last stable
  // offset: at the last offset before that no such record can lie, and the tail would hear of it only later.
  const auto read = log.progress.wait_for_offset(*end - 1, asked_at + log.options.barrier_wait);
  if (!read) return tl::unexpected(read.error());
  return this->end();
}

Standing KafkaLog::standing() const {
  return parts_->progress.standing();
}

std::string KafkaLog::log_id() const {
  return log_id_at(*parts_->copy, parts_->copy->end()).value_or("");
}

}  // namespace almanac::log::kafka
