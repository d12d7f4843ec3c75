#include "projections/projector.hpp"

#include <algorithm>
#include <chrono>
#include <future>

#include "events/codec.hpp"
#include "projections/fold.hpp"

namespace almanac::projections {
namespace {

using events::Position;

/// Records folded into one batch of rows while catching up.
constexpr std::size_t batch_records = 1024;

Stopped stopped(Position at, std::string why) {
  return {at, std::move(why), "run almanac verify on the log; a newer release may be needed to read it"};
}

Stopped stopped(Position at, const log::Failure& failure) {
  return {at, failure.what, failure.mend};
}

Position next_of(const Applied& applied) {
  return applied.position ? *applied.position + 1 : 0;
}

/// Why rows at that place are not this log's; empty when they are.
tl::expected<std::string, log::Failure> mismatch(const log::Records& log, const Applied& applied) {
  if (!applied.position) return std::string();
  const auto entry = log.read(*applied.position, 1);
  if (!entry) return tl::unexpected(entry.error());
  if (entry->empty())
    return "they stand at position " + std::to_string(*applied.position) + ", behind the log's end";
  if (entry->front().record.hash != applied.hash) {
    return "they hold another record at position " + std::to_string(*applied.position);
  }
  return std::string();
}

std::vector<Projector::Decoded> decode_all(std::span<const log::Entry> entries) {
  std::vector<Projector::Decoded> decoded;
  decoded.reserve(entries.size());
  for (const auto& entry : entries)
    decoded.push_back(events::decode(entry.record.bytes));
  return decoded;
}

/// Records and what they mean, read while the ones before them are folded.
struct Ahead {
  tl::expected<std::vector<log::Entry>, log::Failure> entries;
  std::vector<Projector::Decoded> decoded;
};

std::future<Ahead> read_ahead(const log::Records& log, Position from, std::optional<Position> until) {
  return std::async(std::launch::async, [&log, from, until] {
    std::size_t limit = batch_records;
    if (until) limit = from > *until ? 0 : std::min<std::size_t>(limit, *until - from + 1);
    Ahead ahead;
    if (limit > 0) ahead.entries = log.read(from, limit);
    if (ahead.entries) ahead.decoded = decode_all(*ahead.entries);
    return ahead;
  });
}

/// What readers find while read models are set aside and none are there yet.
class NothingYet final : public Snapshot {
 public:
  const Applied& applied() const override { return applied_; }
  std::optional<std::string> get(Family, std::string_view) const override { return std::nullopt; }
  void scan(Family, std::string_view, const Visit&) const override {}
  void scan_back(Family, std::string_view, const Visit&) const override {}

 private:
  Applied applied_;
};

}  // namespace

Projector::Projector(Store& store) : store_(store) {
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
  return fold_decoded(entries, decode_all(entries));
}

tl::expected<void, Stopped> Projector::fold_decoded(std::span<const log::Entry> entries,
                                                    const std::vector<Decoded>& decoded) {
  if (stopped_) return tl::unexpected(*stopped_);
  auto folded = fold_on(entries, decoded);
  if (!folded) stopped_ = folded.error();
  return folded;
}

tl::expected<void, Stopped> Projector::fold_on(std::span<const log::Entry> entries,
                                               const std::vector<Decoded>& decoded) {
  if (entries.empty()) return {};
  if (!layer_) layer_ = store_.layer();
  Applied applied = store_.applied();
  std::optional<Stopped> stop;
  bool folded = false;
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
    const Position position = next_of(applied);
    if (judgement.verdict != log::Verdict::fold) {
      stop = stopped(position, judgement.detail);
      break;
    }
    const Decoded& recorded = decoded[i];
    if (!recorded) {
      stop = stopped(position, "the record cannot be folded: " + recorded.error().detail);
      break;
    }
    try {
      fold(*layer_, *recorded);
    } catch (const Damaged& damaged) {
      layer_.reset();
      return tl::unexpected(stopped(position, damaged.what()));
    }
    applied = {position,
               entry.record.hash,
               recorded->stamp.time,
               recorded->stamp.epoch,
               recorded->stamp.log_id,
               read_model_version};
    folded = true;
  }
  if (folded) {
    if (auto committed = commit(*layer_, applied); !committed) return committed;
  }
  if (stop) return tl::unexpected(*stop);
  return {};
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
  std::vector<std::string> timers;
  layer.each_of(Family::timers, [&](std::string_view key, std::optional<std::string_view> value) {
    if (value) timers.emplace_back(key);
  });
  if (auto written = store_.commit(layer, applied); !written) {
    return tl::unexpected(stopped(*applied.position, written.error()));
  }
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
  return {};
}

void Projector::publish() {
  auto snapshot = store_.snapshot();
  {
    const std::lock_guard lock(latest_mutex_);
    latest_.swap(snapshot);
  }
  generation_.fetch_add(1, std::memory_order_release);
}

tl::expected<void, Stopped> Projector::begin_anew(const std::string& why) {
  layer_.reset();
  {
    // A snapshot holds the files open that are to be set aside.
    const std::lock_guard lock(latest_mutex_);
    latest_ = std::make_shared<NothingYet>();
  }
  if (auto anew = store_.start_over(why); !anew) return tl::unexpected(stopped(0, anew.error()));
  restart_chain();
  publish();
  return {};
}

tl::expected<void, Stopped> Projector::catch_up(const log::Records& log, const Progress& progress,
                                                std::optional<Position> until) {
  using Clock = std::chrono::steady_clock;
  const auto why = mismatch(log, store_.applied());
  if (!why) return tl::unexpected(stopped(next_of(store_.applied()), why.error()));
  bool anew = !why->empty();
  if (anew) {
    if (auto begun = begin_anew(*why); !begun) return begun;
  } else {
    restart_chain();
  }

  auto reported = Clock::now();
  Position next = next_of(store_.applied());
  auto ahead = read_ahead(log, next, until);
  while (true) {
    const Ahead read = ahead.get();
    if (!read.entries) return tl::unexpected(stopped(next, read.entries.error()));
    if (read.entries->empty()) return {};
    const Position behind = next + read.entries->size();
    ahead = read_ahead(log, behind, until);
    if (auto folded = fold_decoded(*read.entries, read.decoded); !folded) {
      // Rows that cannot be read are rebuilt once; a record that cannot be folded stays one.
      if (anew || layer_) return folded;
      anew = true;
      if (auto begun = begin_anew(folded.error().why); !begun) return begun;
    } else if (next_of(store_.applied()) == next) {
      return {};  // foreign records alone
    }
    next = next_of(store_.applied());
    if (next != behind) ahead = read_ahead(log, next, until);
    if (const auto now = Clock::now(); now - reported >= std::chrono::seconds(1)) {
      reported = now;
      progress(next, log.end());
    }
  }
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
