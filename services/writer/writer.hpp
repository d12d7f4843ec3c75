#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "events/log/log.hpp"
#include "projections/projector.hpp"
#include "services/writer/batch.hpp"
#include "services/writer/clock.hpp"
#include "services/writer/disk_space.hpp"
#include "services/writer/intake.hpp"
#include "services/writer/log_time.hpp"
#include "services/writer/metrics.hpp"
#include "services/writer/status.hpp"

/// The only one who appends to the log.
namespace almanac::writer {

/// One thread, one batch after the other: take what waits, judge each command on the read model and on what
/// this batch decided before it, append all that was decided at once, commit the folded rows, answer
/// everyone. Batch n+1 is judged only after batch n is folded; what arrives while a batch is at the disk is
/// the next one.
///
/// When the log says that nothing was written, the batch is judged again from the log or answered
/// `not_applied`. When it cannot say, `Options::doubt` says who finds out. When rows do not follow what was
/// written, nothing is acknowledged any more and `Hooks::fatal` is called: the process must end, and the next
/// start finds out by reading.
class Writer final : public Submit {
 public:
  /// What follows an append of which the log cannot say whether it took it.
  enum class Doubt : std::uint8_t {
    ends_the_process,  ///< the next start finds out by reading; for a log that only one process can open
    ends_with_a_claim  ///< this writer claims at once: what the log holds then is all that it will ever hold
                       ///< of the batch, which is judged again; a command that was taken is answered by its
                       ///< key
  };
  struct Options {
    std::string node;   ///< who claims, for WriterClaimed
    std::string url;    ///< where peers would send writes
    std::string build;  ///< version and commit
    events::Policy policy;
    Intake::Bounds bounds;
    std::uint64_t free_bytes_min = 0;  ///< `data.min_free_bytes`
    DiskSpace::Probe free_bytes;       ///< needed when free_bytes_min is not 0
    LogTime::Behind behind = LogTime::Behind::refuse;
    Doubt doubt = Doubt::ends_the_process;
    std::optional<events::Position> loss_accepted_after;  ///< `--accept-loss-after`, said in WriterClaimed
  };
  /// All on the writer's thread; quick, must not throw and must not stop the writer. Empty ones are not
  /// called.
  struct Hooks {
    /// After the last `done` of every batch.
    std::function<void()> batch_done;
    /// Once, after the answers of the batch in which it happened: what, where and what to do, in one line.
    std::function<void(const std::string& what)> fatal;
    /// After the answers of the batch in which it happened: commands are refused from here on, because
    /// another writer holds the log, it cannot be reached, or what it holds cannot be folded. `stop` and
    /// `start` may mend it.
    std::function<void()> stood_down;
  };

  /// All referenced objects must outlive the writer. Nobody else may call the log's `claim`, `append` and
  /// `barrier` or the projector's `apply` and `commit_layer` while it runs.
  Writer(log::Log& log, projections::Store& store, projections::Projector& projector, const Clock& clock,
         Options options, Hooks hooks);
  ~Writer() override;

  /// Claims the log, folds it to its end, writes WriterClaimed (and LogCreated into an empty log) and opens
  /// for commands. On the caller's thread until then. Again after `stop`: a new claim.
  tl::expected<void, log::Failure> start(
      const std::function<void(events::Position, events::Position)>& progress);
  /// After a `start` that failed: whether because the log holds what cannot be folded. What was folded before
  /// can still be read; commands are answered with the reason.
  bool folding_stopped() const { return folding_stopped_; }
  /// Answers everything that was submitted before, then returns.
  void stop();

  void submit(Submission submission, std::function<void(Outcome)> done) override;

  /// Any thread, and so are those below.
  WriterStatus status() const;
  /// Another writer holds the log since the last `start`.
  bool fenced() const { return fenced_.load(); }
  const Metrics& metrics() const { return metrics_; }
  LogTime::Reading log_time() const { return log_time_.read(); }
  /// How long the log has not been reached by what was asked of it; nullopt while it is. Cheap.
  std::optional<std::chrono::seconds> log_out_of_reach() const;
  /// SIGHUP: the wall clock is right as it stands now. Wake the scheduler afterwards.
  void resume_firing() { log_time_.resume(); }

 private:
  /// How an append, or a barrier in its place, ended.
  enum class Ending : std::uint8_t { held, again, nothing_written, in_doubt, too_large };

  // writer.cpp
  void run();
  void settle(std::span<Waiting> waiting, std::span<Outcome> outcomes);
  std::optional<NotApplied> no_writes_now(const LogTime::Reading& time) const;
  NotApplied refused() const;
  void fail(std::string what);
  void stand_down(std::string why);
  void stand_down_fenced(events::Epoch by);
  void say_of_log(std::string refused);

  // commit.cpp
  Ending commit(const Draft& draft);
  Ending append(const Draft& draft);
  Ending confirm_nothing();
  Ending commit_rows(const Draft& draft);
  bool judge_from_log_again();

  // opening.cpp
  bool claim_after_doubt();
  tl::expected<log::Claim, log::Failure> claim_and_catch_up(
      const std::function<void(events::Position, events::Position)>& progress);
  tl::expected<void, log::Failure> open_with(const log::Claim& claim);

  log::Log& log_;
  projections::Store& store_;
  projections::Projector& projector_;
  const Clock& clock_;
  const Options options_;
  const Hooks hooks_;
  const DiskSpace disk_;
  Metrics metrics_;
  mutable LogTime log_time_;
  Intake intake_;

  static constexpr std::int64_t never_lost = std::numeric_limits<std::int64_t>::min();

  // The strand's own.
  std::unique_ptr<projections::Layer> layer_;
  RandomIds ids_;
  Term term_;
  LogEnd end_;
  std::string why_;  ///< what the last ending other than `held` said
  std::string fatal_;
  bool folding_stopped_ = false;
  bool stood_down_ = false;  ///< and the owner has not heard of it

  mutable std::mutex state_mutex_;
  std::string closed_because_ = "the writer has not started";  ///< empty: open
  std::string log_refused_;  ///< what the log said when it took the last batch not; empty when it did
  std::atomic<std::int64_t> log_lost_at_ns_{never_lost};  ///< on the steady clock; since then log_refused_
  std::atomic<events::Epoch> epoch_{0};
  std::atomic<bool> fenced_{false};
  std::thread strand_;
};

}  // namespace almanac::writer
