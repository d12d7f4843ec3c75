#include "events/log/kafka/topic_tail.hpp"

#include <algorithm>
#include <utility>

#include "events/log/kafka/first_record.hpp"
#include "events/log/kafka/message.hpp"
#include "events/log/kafka/topic_check.hpp"
#include "events/log/source.hpp"

namespace almanac::log::kafka {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch_messages_max = 1000;
constexpr std::size_t batch_bytes_max = std::size_t{8} << 20;
/// A leader that was just deposed, or has just begun, may not have what others acknowledged: only a topic
/// that stays so has lost it.
constexpr int places_lost_max = 4;

tl::unexpected<Ended> ended(Ended::Next next, std::string what, std::string mend) {
  return tl::unexpected(Ended{next, Failure{std::move(what), std::move(mend)}});
}

tl::unexpected<Ended> again(std::string what) {
  return ended(Ended::Next::again, std::move(what), "look whether the brokers run and can be reached");
}

}  // namespace

TopicTail::TopicTail(const Options& options, const Handle& asker, Copy& copy, Progress& progress)
    : options_(options), asker_(asker), copy_(copy), progress_(progress), thread_([this] { run(); }) {}

TopicTail::~TopicTail() {
  stopping_ = true;
  thread_.join();
}

void TopicTail::run() {
  while (!stopping_) {
    Ended end = read_the_topic();
    if (stopping_) return;
    if (end.next == Ended::Next::again) {
      progress_.met(end.failure.what);
      pause();
      continue;
    }
    wants_reread_ = end.next == Ended::Next::reread;
    progress_.stopped(end.failure);
    return;
  }
}

void TopicTail::pause() const {
  for (int i = 0; i < 10 && !stopping_; ++i)
    std::this_thread::sleep_for(50ms);
}

Ended TopicTail::read_the_topic() {
  const auto topic = check_topic(asker_, options_);
  if (!topic) {
    const bool passing = topic.error().trouble == Trouble::passing;
    return {passing ? Ended::Next::again : Ended::Next::stop, topic.error().failure};
  }
  progress_.checked(*topic);
  const auto reader = Handle::open(options_, Role::tail);
  if (!reader) return {Ended::Next::stop, reader.error()};
  const auto place = copy_.last_offset();
  resuming_ = place.has_value();
  const Owned<rd_kafka_queue_t> messages(rd_kafka_queue_new((*reader)->get()));
  if (rd_kafka_consume_start_queue((*reader)->topic(), 0, place.value_or(0), messages.get()) != 0)
    return again(rd_kafka_err2str(rd_kafka_last_error())).value();
  Ended end = follow(**reader, *messages);
  rd_kafka_consume_stop((*reader)->topic(), 0);
  return end;
}

Ended TopicTail::follow(const Handle& reader, rd_kafka_queue_t& messages) {
  while (!stopping_) {
    rd_kafka_poll(reader.get(), 0);
    Batch batch{progress_.chain(), {}, 0, 0, 0, {}};
    std::optional<Ended> end;
    int wait_ms = 100;
    for (std::size_t taken = 0; taken < batch_messages_max && batch.bytes < batch_bytes_max; ++taken) {
      const Owned<rd_kafka_message_t> message(rd_kafka_consume_queue(&messages, wait_ms));
      if (message == nullptr) break;
      wait_ms = 0;
      if (auto good = take(*message, batch); !good) {
        end = good.error();
        break;
      }
    }
    // What is good is kept, whatever came behind it.
    if (auto stored = store(batch); !stored) return stored.error();
    if (end) return *end;
  }
  return {};
}

tl::expected<void, Ended> TopicTail::take(const rd_kafka_message_t& message, Batch& batch) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      break;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      if (resuming_) return tl::unexpected(lost_place("it ends before"));
      if (auto stored = store(batch); !stored) return stored;
      return arrive(message.offset);
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return tl::unexpected(lost_place("it ends before"));
    default:
      return again("position " + std::to_string(batch.chain.tip().next) + " cannot be read from the topic " +
                   options_.topic + ": " + rd_kafka_message_errstr(&message));
  }
  if (resuming_) return find_place(message);
  places_lost_ = 0;
  progress_.found_place();
  if (auto good = judge(message, batch); !good) return good;
  batch.behind = message.offset + 1;
  return {};
}

tl::expected<void, Ended> TopicTail::judge(const rd_kafka_message_t& message, Batch& batch) {
  const bool counted = message.offset < counted_;
  auto record = record_of(message);
  const auto judgement =
      record ? batch.chain.take(*record) : Judgement{Verdict::foreign, "no record of ours can look like it"};
  switch (judgement.verdict) {
    case Verdict::fold:
      batch.bytes += record->bytes.size();
      batch.records.push_back(std::move(*record));
      batch.last_record = message.offset;
      return {};
    case Verdict::duplicate:
      if (!counted) ++batch.set_aside.duplicates;
      return {};
    case Verdict::altered_duplicate:
      if (!counted) ++batch.set_aside.altered;
      break;
    case Verdict::foreign:
      if (!counted) ++batch.set_aside.foreign;
      break;
    case Verdict::gap:
    case Verdict::broken:
      return ended(Ended::Next::stop, "the topic " + options_.topic + " is damaged: " + judgement.detail,
                   "find who else writes to it; `almanac log export` saves the copy that this node keeps, up "
                   "to there");
  }
  if (!counted && options_.say)
    options_.say(Weight::trouble, "set aside at offset " + std::to_string(message.offset) + " of the topic " +
                                      options_.topic + ": " + judgement.detail);
  return {};
}

tl::expected<void, Ended> TopicTail::store(Batch& batch) {
  if (batch.behind == 0) return {};
  counted_ = std::max(counted_, batch.behind);
  progress_.set_aside(std::exchange(batch.set_aside, {}));
  if (!batch.records.empty()) {
    if (auto added = copy_.add(batch.records, batch.last_record); !added)
      return tl::unexpected(Ended{Ended::Next::stop, added.error()});
    batch.records.clear();
    batch.bytes = 0;
    progress_.stored(batch.chain);
  }
  if (!witnesses_heard_) {
    const auto remembered_behind = [&](const Witness& witness) { return witness.position >= copy_.end(); };
    const auto& earlier = copy_.remembered();
    const bool all_passed = std::none_of(options_.known.begin(), options_.known.end(), remembered_behind) &&
                            !(earlier && remembered_behind(*earlier));
    if (all_passed) {
      if (auto heard = hear_witnesses(); !heard) return heard;
    }
  }
  progress_.saw(std::exchange(batch.behind, 0));
  return {};
}

tl::expected<void, Ended> TopicTail::arrive(Offset offset) {
  progress_.found_place();
  if (!witnesses_heard_) {
    if (auto heard = hear_witnesses(); !heard) return heard;
  }
  progress_.saw(offset);
  progress_.reached_end();
  return {};
}

tl::expected<void, Ended> TopicTail::hear_witnesses() {
  auto witnesses = options_.known;
  if (copy_.remembered()) witnesses.push_back(*copy_.remembered());
  for (const auto& witness : witnesses) {
    const auto found = log_id_at(copy_, witness.position);
    if (!found) return tl::unexpected(Ended{Ended::Next::stop, found.error()});
    if (found->empty() || witness.log_id.empty() || witness.log_id == *found) continue;
    return ended(Ended::Next::stop,
                 "the topic " + options_.topic + " holds the log " + *found + ", not the log " +
                     witness.log_id + " (as " + witness.whose + " says)",
                 "name that log's topic, or give this node a new data directory");
  }
  const auto loss = hear(copy_, witnesses, options_.accept_loss_after);
  if (!loss) return tl::unexpected(Ended{Ended::Next::stop, loss.error()});
  witnesses_heard_ = true;
  copy_.forget_remembered();
  progress_.heard_witnesses(*loss);
  return {};
}

tl::expected<void, Ended> TopicTail::find_place(const rd_kafka_message_t& message) {
  const auto record = record_of(message);
  if (message.offset != copy_.last_offset() || !record || record->hash != progress_.chain().tip().last) {
    places_lost_ = places_lost_max;
    return tl::unexpected(lost_place("another record stands in its place"));
  }
  resuming_ = false;
  places_lost_ = 0;
  counted_ = std::max(counted_, message.offset + 1);
  progress_.found_place();
  progress_.saw(message.offset + 1);
  return {};
}

Ended TopicTail::lost_place(const std::string& what) {
  const Tip tip = progress_.chain().tip();
  if (tip.next == 0) return again("the topic " + options_.topic + " has no beginning").value();
  const std::string text = "position " + std::to_string(tip.next - 1) +
                           ", which this node has read, is not where it was in the topic " + options_.topic +
                           ": " + what;
  if (++places_lost_ < places_lost_max) return again(text).value();
  const auto theirs = log_id_in_topic(options_, 5s);
  if (!theirs) return again(text + "; " + theirs.error().what).value();
  const auto ours = log_id_at(copy_, 0);
  if (!ours) return {Ended::Next::stop, ours.error()};
  if (!theirs->empty() && *theirs != *ours) {
    return {Ended::Next::stop,
            {"the topic " + options_.topic + " holds the log " + *theirs +
                 ", but this node's copy of the records is of the log " + *ours,
             "name that log's topic, or give this node a new data directory"}};
  }
  copy_.note_reread(Witness{"", *ours, tip.next - 1, tip.last});
  return {Ended::Next::reread, {text, "restart the node: it then reads the topic anew and judges it"}};
}

}  // namespace almanac::log::kafka
