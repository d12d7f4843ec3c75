#pragma once
#include <string>
#include <vector>

#include "events/log/log.hpp"
#include "projections/view.hpp"
#include "services/writer/draft.hpp"
#include "services/writer/log_time.hpp"
#include "services/writer/submit.hpp"

namespace almanac::writer {

/// All that a batch is judged by beside its commands.
struct Ground {
  const log::Log& log;  ///< read only for the answer to a retry
  events::Policy policy;
  LogTime::Reading time;
  Term term;
};

/// Commands judged in order on the read model and on what this batch decided before them. Nothing is written
/// here and nobody is answered: the outcomes hold once the draft is in the log. One thread.
class Batch {
 public:
  Batch(const Ground& ground, projections::MutableRows& rows, const LogEnd& end, RandomIds& ids);

  void judge(const Submission& submission);

  const Draft& draft() const { return draft_; }
  /// The draft is in the log: what everyone is told, in the order of `judge`.
  std::vector<Outcome> outcomes() && { return std::move(outcomes_); }
  /// It cannot be told whether it is: unknown for those that have events in it, for the rest nothing
  /// happened.
  std::vector<Outcome> outcomes_in_doubt(const std::string& reason) const;

 private:
  Outcome judge_real(const Submission& submission);
  Outcome judge_dry(const Submission& submission) const;
  Outcome replay(const projections::Remembered& earlier, const events::IdempotencyMark& mark) const;
  void fire_due(Draft& draft, const events::Command& command) const;
  events::Circumstances circumstances(const Draft& draft, const Submission& submission) const;

  const Ground ground_;
  RandomIds& ids_;
  Draft draft_;
  std::vector<Outcome> outcomes_;
};

}  // namespace almanac::writer
