#include "services/writer/writer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace almanac::writer {
namespace {

/// How often a batch is judged again before its commands are sent back: the log moves under it only when
/// someone else writes, and then a claim ends it soon.
constexpr int tries_max = 3;

constexpr std::uint32_t retry_after_full_s = 1;
constexpr std::uint32_t retry_after_closed_s = 5;
constexpr std::uint32_t retry_after_moved_s = 1;
constexpr std::uint32_t retry_after_clock_s = 30;
constexpr std::uint32_t retry_after_disk_s = 10;

template <class T>
void fill(std::span<Outcome> outcomes, const T& outcome) {
  for (Outcome& each : outcomes)
    each = outcome;
}

}  // namespace

Writer::Writer(log::Log& log, projections::Store& store, projections::Projector& projector,
               const Clock& clock, Options options, Hooks hooks)
    : log_(log),
      store_(store),
      projector_(projector),
      clock_(clock),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      disk_(options_.free_bytes_min, options_.free_bytes),
      log_time_(clock, options_.behind),
      intake_(options_.bounds, metrics_) {}

Writer::~Writer() {
  stop();
}

tl::expected<void, log::Failure> Writer::start(
    const std::function<void(events::Position, events::Position)>& progress) {
  fenced_ = false;
  auto claim = claim_and_catch_up(progress);
  if (!claim) return tl::unexpected(std::move(claim.error()));
  if (auto opened = open_with(*claim); !opened) return opened;
  stand_down("");
  intake_.open();
  strand_ = std::thread([this] { run(); });
  return {};
}

void Writer::stop() {
  intake_.close();
  if (!strand_.joinable()) return;
  strand_.join();
  stand_down("the writer has stopped");
}

void Writer::submit(Submission submission, std::function<void(Outcome)> done) {
  if (intake_.put(std::move(submission), std::move(done))) return;
  std::string why;
  {
    const std::lock_guard lock(state_mutex_);
    why = closed_because_;
  }
  // NOLINTNEXTLINE(bugprone-use-after-move): what was not taken was not moved from
  done(NotApplied{why.empty() ? "this node is stopping" : std::move(why), retry_after_closed_s, fenced_});
}

WriterStatus Writer::status() const {
  const LogTime::Reading time = log_time_.read();
  WriterStatus status{.epoch = epoch_.load(std::memory_order_relaxed)};
  if (const auto no = no_writes_now(time)) {
    status.why_not = no->reason;
    status.why_not_firing = no->reason;
  } else if (time.jumped) {
    status.why_not_firing =
        "the wall clock moved by more than a minute against the steady clock: set it right and send SIGHUP";
  }
  if (status.why_not.empty()) {
    // A log that refused the last batch is asked again by the next one, which may be the scheduler's.
    const std::lock_guard lock(state_mutex_);
    status.why_not = log_refused_;
  }
  status.taking_writes = status.why_not.empty();
  status.firing = status.why_not_firing.empty();
  return status;
}

void Writer::run() {
  Intake::Taken taken;
  std::vector<Outcome> outcomes;
  while (intake_.take(taken)) {
    outcomes.assign(taken.batch.size(), NotApplied{});
    settle(taken.batch, outcomes);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      taken.batch[i].done(std::move(outcomes[i]));
    for (const Done& refused : taken.refused) {
      refused(NotApplied{"too many writes wait", retry_after_full_s});
    }
    metrics_.commands.fetch_add(taken.batch.size(), std::memory_order_relaxed);
    if (hooks_.batch_done) hooks_.batch_done();
    if (!fatal_.empty() && hooks_.fatal) hooks_.fatal(std::exchange(fatal_, {}));
    if (std::exchange(stood_down_, false) && hooks_.stood_down) hooks_.stood_down();
  }
}

void Writer::settle(std::span<Waiting> waiting, std::span<Outcome> outcomes) {
  for (int tried = 0; tried < tries_max && !waiting.empty(); ++tried) {
    const LogTime::Reading time = log_time_.read();
    if (const auto no = no_writes_now(time)) return fill(outcomes, *no);

    Batch batch({.log = log_, .policy = options_.policy, .time = time, .term = term_}, *layer_, end_, ids_);
    try {
      for (const Waiting& each : waiting)
        batch.judge(each.submission);
    } catch (const std::exception& broken) {
      // Rows that cannot be read, a broken invariant or no memory left. Nothing of this batch is in the log.
      fail(std::string("commands cannot be judged: ") + broken.what() +
           "; start again: read models that are damaged are then built anew from the log");
      return fill(outcomes, NotApplied{why_, retry_after_closed_s});
    }
    switch (commit(batch.draft())) {
      case Ending::held:
        std::ranges::move(std::move(batch).outcomes(), outcomes.begin());
        return;
      case Ending::in_doubt:
        if (options_.doubt == Doubt::ends_with_a_claim && fatal_.empty() && claim_after_doubt()) break;
        std::ranges::move(batch.outcomes_in_doubt(why_), outcomes.begin());
        return;
      case Ending::nothing_written:
        return fill(outcomes, refused());
      case Ending::too_large:
        if (waiting.size() == 1) return fill(outcomes, NotApplied{why_, retry_after_closed_s});
        for (std::size_t i = 0; i < waiting.size(); ++i)
          settle(waiting.subspan(i, 1), outcomes.subspan(i, 1));
        return;
      case Ending::again:
        metrics_.redecided.fetch_add(1, std::memory_order_relaxed);
        if (!judge_from_log_again()) return fill(outcomes, refused());
        break;
    }
  }
  fill(outcomes, NotApplied{why_, retry_after_full_s});
}

std::optional<NotApplied> Writer::no_writes_now(const LogTime::Reading& time) const {
  {
    const std::lock_guard lock(state_mutex_);
    if (!closed_because_.empty()) return NotApplied{closed_because_, retry_after_closed_s, fenced_};
  }
  if (time.behind) {
    return NotApplied{"the clock is more than 5 minutes behind the log's last event, of " + time.now.text() +
                          ": set it right, or start with clock.accept_behind",
                      retry_after_clock_s};
  }
  if (!disk_.enough()) {
    return NotApplied{"the disk is nearly full: fewer than " + std::to_string(disk_.free_bytes_min()) +
                          " bytes are free (data.min_free_bytes)",
                      retry_after_disk_s};
  }
  return std::nullopt;
}

NotApplied Writer::refused() const {
  return {why_, fenced_ ? retry_after_moved_s : retry_after_closed_s, fenced_};
}

void Writer::fail(std::string what) {
  why_ = what;
  fatal_ = what;
  stand_down(std::move(what));
}

std::optional<std::chrono::seconds> Writer::log_out_of_reach() const {
  const std::int64_t since = log_lost_at_ns_.load(std::memory_order_relaxed);
  if (since == never_lost) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.steady() - std::chrono::nanoseconds(since));
}

void Writer::say_of_log(std::string refused) {
  if (refused.empty()) {
    log_lost_at_ns_.store(never_lost, std::memory_order_relaxed);
  } else if (log_lost_at_ns_.load(std::memory_order_relaxed) == never_lost) {
    log_lost_at_ns_.store(clock_.steady().count(), std::memory_order_relaxed);
  }
  const std::lock_guard lock(state_mutex_);
  log_refused_ = std::move(refused);
}

void Writer::stand_down(std::string why) {
  stood_down_ = !why.empty();
  const std::lock_guard lock(state_mutex_);
  closed_because_ = std::move(why);
}

void Writer::stand_down_fenced(events::Epoch by) {
  why_ = "another writer holds the log";
  if (by > term_.epoch) why_ += " since epoch " + std::to_string(by);
  fenced_ = true;
  stand_down(why_);
}

}  // namespace almanac::writer
