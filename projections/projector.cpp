#include "projections/projector.hpp"

#include "projections/fold.hpp"
#include "projections/projector_parts.hpp"

namespace almanac::projections {

using events::Position;

Stopped stopped(Position at, std::string why) {
  return {at, std::move(why), "run almanac verify on the log; a newer release may be needed to read it"};
}

Stopped stopped(Position at, const log::Failure& failure) {
  return {at, failure.what, failure.mend};
}

Position next_of(const Applied& applied) {
  return applied.position ? *applied.position + 1 : 0;
}

std::vector<Projector::Decoded> decode_all(std::span<const log::Entry> entries) {
  std::vector<Projector::Decoded> decoded;
  decoded.reserve(entries.size());
  for (const auto& entry : entries)
    decoded.push_back(events::decode(entry.record.bytes));
  return decoded;
}

std::vector<std::string> timers_in(const Layer& layer) {
  std::vector<std::string> timers;
  layer.each_of(Family::timers, [&](std::string_view key, std::optional<std::string_view> value) {
    if (value) timers.emplace_back(key);
  });
  return timers;
}

Projector::Projector(Store& store, Pace pace) : store_(store), pace_(pace) {
  restart_chain();
  publish();
}

void Projector::restart_chain() {
  const Applied applied = store_.applied();
  chain_ = log::Chain({next_of(applied), applied.epoch, applied.hash});
  layer_.reset();
  stopped_.reset();
}

tl::expected<void, Stopped> Projector::apply(std::span<const log::Entry> entries) {
  if (stopped_) return tl::unexpected(*stopped_);
  if (entries.empty()) return {};
  if (!layer_) layer_ = store_.layer();
  const Applied before = store_.applied();
  const Folded folded = fold_on(*layer_, before, entries, decode_all(entries));
  stopped_ = folded.stop;
  if (folded.damaged) {
    layer_.reset();
  } else if (folded.applied != before) {
    if (auto committed = commit(*layer_, folded.applied); !committed) stopped_ = committed.error();
  }
  if (stopped_) return tl::unexpected(*stopped_);
  return {};
}

Projector::Folded Projector::fold_on(Layer& layer, const Applied& from, std::span<const log::Entry> entries,
                                     const std::vector<Decoded>& decoded) {
  Folded folded{from, std::nullopt, false};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& entry = entries[i];
    const auto judgement = chain_.take(entry.record);
    if (judgement.verdict == log::Verdict::duplicate ||
        judgement.verdict == log::Verdict::altered_duplicate) {
      duplicates_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    if (judgement.verdict == log::Verdict::foreign) {
      foreign_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    const Position position = next_of(folded.applied);
    if (judgement.verdict != log::Verdict::fold) {
      folded.stop = stopped(position, judgement.detail);
      break;
    }
    const Decoded& recorded = decoded[i];
    if (!recorded) {
      folded.stop = stopped(position, "the record cannot be folded: " + recorded.error().detail);
      break;
    }
    try {
      fold(layer, *recorded);
    } catch (const Damaged& damaged) {
      return {from, stopped(position, damaged.what()), true};
    }
    folded.applied = {position,
                      entry.record.hash,
                      recorded->stamp.time,
                      recorded->stamp.epoch,
                      recorded->stamp.log_id,
                      read_model_version};
  }
  return folded;
}

tl::expected<void, Stopped> Projector::commit_layer(Layer& layer, const Applied& applied) {
  if (stopped_) return tl::unexpected(*stopped_);
  layer_.reset();
  auto committed = commit(layer, applied);
  if (!committed) stopped_ = committed.error();
  if (committed) chain_ = log::Chain({next_of(applied), applied.epoch, applied.hash});
  return committed;
}

tl::expected<void, Stopped> Projector::commit(Layer& layer, const Applied& applied) {
  const auto timers = timers_in(layer);
  if (auto written = store_.commit(layer, applied); !written)
    return tl::unexpected(stopped(*applied.position, written.error()));
  announce(timers, applied);
  return {};
}

void Projector::announce(const std::vector<std::string>& timers, const Applied& applied) {
  publish();
  for (const auto& key : timers)
    timers_.added(key, *applied.position);

  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(waiting_mutex_);
    const auto end = waiting_.upper_bound(*applied.position);
    for (auto at = waiting_.begin(); at != end; at = waiting_.erase(at))
      calls.push_back(std::move(at->second.second));
  }
  for (const auto& call : calls)
    call();
}

void Projector::publish() {
  auto snapshot = store_.snapshot();
  {
    const std::lock_guard lock(latest_mutex_);
    latest_.swap(snapshot);
  }
  generation_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const Snapshot> Projector::latest() const {
  const std::lock_guard lock(latest_mutex_);
  return latest_;
}

std::uint64_t Projector::when_applied(Position position, std::function<void()> call) {
  {
    const std::lock_guard lock(waiting_mutex_);
    if (next_of(latest()->applied()) <= position) {
      waiting_.emplace(position, std::pair(++last_id_, std::move(call)));
      return last_id_;
    }
  }
  call();
  return 0;
}

void Projector::cancel(std::uint64_t id) {
  const std::lock_guard lock(waiting_mutex_);
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    if (at->second.first != id) continue;
    waiting_.erase(at);
    return;
  }
}

}  // namespace almanac::projections
