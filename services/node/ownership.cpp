#include "services/node/ownership.hpp"

#include <utility>

#include "events/log/chain.hpp"

namespace almanac::node {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t records_a_fold = 1'024;
constexpr auto look_every = 100ms;      ///< at the group and at the log's end
constexpr auto claim_again_after = 1s;  ///< a claim that failed, or a log that refused an append

}  // namespace

void Ownership::start() {
  thread_ = std::thread([this] { run(); });
}

void Ownership::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Ownership::writer_stood_down() {
  {
    const std::lock_guard lock(mutex_);
    stood_down_ = true;
  }
  changed_.notify_all();
}

bool Ownership::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

std::optional<projections::Stopped> Ownership::folding_stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void Ownership::note_stopped(const projections::Stopped& stopped) {
  around_.logger.error(
      "folding stopped; reads alone are served",
      {{"position", std::to_string(stopped.at)}, {"why", stopped.why}, {"mend", stopped.mend}});
  const std::lock_guard lock(mutex_);
  stopped_ = stopped;
}

void Ownership::run() {
  while (follow()) {
    if (!take_over()) continue;
    own();
  }
}

/// Folds what others write until this node is to write itself. False: it never will.
bool Ownership::follow() {
  const auto applied = around_.projector.latest()->applied();
  const events::Position next = applied.position ? *applied.position + 1 : 0;
  const auto tail = around_.log.tail(next);
  while (!stopping()) {
    const auto stopped = around_.log.standing().stopped;  // first, so that all that came before it is folded
    const auto read = tail->next(records_a_fold, look_every);
    if (!read) {
      note_stopped({next, read.error().what, read.error().mend});
      return false;
    }
    if (const auto folded = around_.projector.apply(read->entries); !folded) {
      note_stopped(folded.error());
      return false;
    }
    if (!read->entries.empty()) continue;
    if (stopped) {
      note_stopped({around_.log.end(), stopped->what, stopped->mend});
      return false;
    }
    if (may_claim()) return true;
  }
  return false;
}

bool Ownership::may_claim() const {
  const auto hint = around_.hint();
  const auto now = Clock::now();
  if (!hint.chosen || now < claim_again_at_) return false;
  if (hint.words <= fenced_under_ && now < word_is_true_at_) return false;
  return around_.log.standing().trouble.empty();
}

bool Ownership::take_over() {
  {
    const std::lock_guard lock(mutex_);
    stood_down_ = false;
  }
  around_.logger.info("claiming the log");
  if (const auto started = around_.writer.start([](events::Position, events::Position) {}); !started) {
    around_.logger.warn("the log could not be claimed",
                        {{"why", started.error().what}, {"mend", started.error().mend}});
    claim_again_at_ = Clock::now() + claim_again_after;
    return false;
  }
  around_.scheduler.start();
  owning_ = true;
  ++takeovers_;
  around_.logger.info("this node owns the log", {{"epoch", std::to_string(around_.writer.status().epoch)}});
  return true;
}

void Ownership::own() {
  std::optional<std::string> why;
  {
    std::unique_lock lock(mutex_);
    while (!stopping_ && !stood_down_ && !why) {
      changed_.wait_for(lock, look_every);
      lock.unlock();
      why = why_give_up();
      lock.lock();
    }
    if (stopping_) why = "this node stops";
  }
  if (!why) why = around_.writer.status().why_not;
  const auto words = around_.hint().words;
  owning_ = false;
  around_.scheduler.stop();
  around_.writer.stop();
  const auto now = Clock::now();
  if (around_.writer.fenced() || why_give_up()) {
    fenced_under_ = words;
    word_is_true_at_ = now + log::kafka::Candidate::session + claim_again_after;
  }
  claim_again_at_ = now + claim_again_after;
  around_.logger.info("this node gave up the log", {{"why", *why}});
}

/// What the writer itself does not see while nobody writes through it.
std::optional<std::string> Ownership::why_give_up() const {
  if (const auto stopped = around_.log.standing().stopped) return stopped->what;
  const auto end = around_.log.end();
  const auto last = around_.log.read(end - 1, 1);
  if (last && !last->empty()) {
    const auto tip = log::tip_behind(last->front().record);
    if (tip && tip->epoch > around_.writer.status().epoch)
      return "another node holds the log since epoch " + std::to_string(tip->epoch);
  }
  const auto hint = around_.hint();
  if (!hint.chosen && hint.words > 0) return "the group has chosen another node";
  return std::nullopt;
}

}  // namespace almanac::node
