#include <algorithm>
#include <chrono>
#include <future>

#include "projections/bulk_layer.hpp"
#include "projections/projector_parts.hpp"

namespace almanac::projections {
namespace {

using events::Position;

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

/// Records and what they mean.
struct Ahead {
  tl::expected<std::vector<log::Entry>, log::Failure> entries;
  std::vector<Projector::Decoded> decoded;
};

}  // namespace

/// One pass over the log. Three batches are under way at a time, each on a thread of its own: the next one is
/// read, hashed and decoded, one is folded (here), and the rows of the one before are written. What is folded
/// therefore stands on the layer that is being written, and that on the store.
class Projector::CatchUp {
 public:
  CatchUp(Projector& projector, const log::Records& log, std::optional<Position> until)
      : projector_(projector),
        log_(log),
        until_(until),
        applied_(projector.store_.applied()),
        stored_(projector.store_.rows()),
        folding_(std::make_unique<BulkLayer>(*stored_)),
        writing_(std::make_unique<BulkLayer>(*stored_)) {
    const Position next = next_of(applied_);
    if (left_from(next) >= projector.pace_.unlogged_min) logged_ = Store::Logged::no;
  }

  /// What stopped it; everything before that is committed.
  std::optional<Stopped> run(const Progress& progress) {
    auto stop = fold_all(progress);
    // A batch that could not be written is the earlier trouble.
    if (auto failed = finish_writing()) stop = std::move(failed);
    if (logged_ == Store::Logged::no) {
      const auto flushed = projector_.store_.flush();
      if (!flushed && !stop) stop = stopped(next_of(applied_), flushed.error());
    }
    return stop;
  }
  /// It stopped because rows could not be read.
  bool damaged() const { return damaged_; }

 private:
  using Clock = std::chrono::steady_clock;

  /// The log may grow while it is read.
  Position left_from(Position next) const {
    const Position end = until_ ? std::min(*until_ + 1, log_.end()) : log_.end();
    return end > next ? end - next : 0;
  }

  std::future<Ahead> read_ahead(Position from) const {
    return std::async(std::launch::async, [this, from] {
      Ahead ahead;
      const auto limit = std::min<std::size_t>(projector_.pace_.batch_records, left_from(from));
      if (limit > 0) ahead.entries = log_.read(from, limit);
      if (ahead.entries) ahead.decoded = decode_all(*ahead.entries);
      return ahead;
    });
  }

  std::optional<Stopped> fold_all(const Progress& progress) {
    auto reported = Clock::now();
    Position next = next_of(applied_);
    auto ahead = read_ahead(next);
    while (true) {
      const Ahead read = ahead.get();
      if (!read.entries) return stopped(next, read.entries.error());
      if (read.entries->empty()) return std::nullopt;
      const Position behind = next + read.entries->size();
      ahead = read_ahead(behind);

      const Folded folded = projector_.fold_on(*folding_, applied_, *read.entries, read.decoded);
      if (auto failed = finish_writing()) return failed;
      damaged_ = folded.damaged;
      if (folded.applied == applied_) return folded.stop;  // or foreign records alone
      applied_ = folded.applied;
      begin_writing();
      if (folded.stop) return folded.stop;

      next = next_of(applied_);
      if (next != behind) ahead = read_ahead(next);
      if (const auto now = Clock::now(); now - reported >= std::chrono::seconds(1)) {
        reported = now;
        progress(next, log_.end());
      }
    }
  }

  /// The layer just folded is written; the other one, written before, is filled on top of it.
  void begin_writing() {
    folding_.swap(writing_);
    writing_->stand_on(*stored_);
    folding_->clear();
    folding_->stand_on(*writing_);
    written_ = std::async(std::launch::async, [this, applied = applied_] {
      return projector_.store_.write(*writing_, applied, logged_);
    });
  }

  std::optional<Stopped> finish_writing() {
    if (!written_.valid()) return std::nullopt;
    if (const auto written = written_.get(); !written) return stopped(*applied_.position, written.error());
    projector_.announce(timers_in(*writing_), projector_.store_.applied());
    return std::nullopt;
  }

  Projector& projector_;
  const log::Records& log_;
  const std::optional<Position> until_;
  Store::Logged logged_ = Store::Logged::yes;
  Applied applied_;  ///< of the last batch folded
  bool damaged_ = false;
  std::shared_ptr<const Rows> stored_;
  std::unique_ptr<BulkLayer> folding_;
  std::unique_ptr<BulkLayer> writing_;
  std::future<tl::expected<void, log::Failure>> written_;  ///< of `writing_`
};

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
  const auto why = mismatch(log, store_.applied());
  if (!why) return tl::unexpected(stopped(next_of(store_.applied()), why.error()));
  bool anew = !why->empty();
  if (anew) {
    if (auto begun = begin_anew(*why); !begun) return begun;
  } else {
    restart_chain();
  }
  while (true) {
    bool damaged = false;
    {
      CatchUp pass(*this, log, until);
      stopped_ = pass.run(progress);
      damaged = pass.damaged();
    }
    if (!stopped_) return {};
    // Rows that cannot be read are rebuilt once; a record that cannot be folded stays one.
    if (anew || !damaged) return tl::unexpected(*stopped_);
    anew = true;
    if (auto begun = begin_anew(stopped_->why); !begun) return begun;
  }
}

}  // namespace almanac::projections
