#include "services/writer/batch.hpp"

#include <utility>

#include "events/codec.hpp"
#include "projections/pending.hpp"

namespace almanac::writer {

namespace {

/// Fires timers; what it may do is checked against the deprecation that scheduled them, not against scopes.
const events::Caller& timer_caller() {
  static const events::Caller caller{.actor = "system:scheduler", .scopes = {.bits = 0xFF}};
  return caller;
}

bool fires(const events::Command& command) {
  return std::holds_alternative<events::ReachEndOfLife>(command);
}

std::optional<events::Position> last_before(const Draft& draft) {
  if (draft.end().next == 0) return std::nullopt;
  return draft.end().next - 1;
}

/// The model as the draft's rows have it, and what its answer shows beside it.
void show(Unchanged& unchanged, const events::View& view) {
  unchanged.would_be = view.model(*unchanged.model);
  if (!unchanged.would_be) return;
  const events::Model& model = *unchanged.would_be;
  if (!model.is_system()) unchanged.would_be_parent = view.model(model.user().parent);
  const events::Model* parent = unchanged.would_be_parent ? &*unchanged.would_be_parent : nullptr;
  const events::Deprecation* deprecation = events::effective_deprecation(model, parent);
  if (deprecation != nullptr && deprecation->replacement) {
    unchanged.would_be_replacement = view.model(*deprecation->replacement);
  }
}

}  // namespace

Batch::Batch(const Ground& ground, projections::MutableRows& rows, const LogEnd& end, RandomIds& ids)
    : ground_(ground), ids_(ids), draft_(rows, end, ground.term, ids) {}

void Batch::judge(const Submission& submission) {
  outcomes_.push_back(submission.run == Submission::Run::dry ? judge_dry(submission)
                                                             : judge_real(submission));
}

std::vector<Outcome> Batch::outcomes_in_doubt(const std::string& reason) const {
  std::vector<Outcome> doubtful;
  doubtful.reserve(outcomes_.size());
  for (const Outcome& outcome : outcomes_) {
    const auto* written = std::get_if<Written>(&outcome);
    if (written != nullptr && written->last >= draft_.begin()) {
      doubtful.emplace_back(OutcomeUnknown{reason});
    } else {
      doubtful.emplace_back(NotApplied{reason});
    }
  }
  return doubtful;
}

Outcome Batch::judge_real(const Submission& submission) {
  const events::Instant now = ground_.time.now;
  if (submission.mark) {
    const auto earlier = projections::remembered(draft_.rows(), submission.mark->key, now);
    if (earlier) return replay(*earlier, *submission.mark);
  }
  if (fires(submission.command) && !ground_.time.firing()) {
    return NotApplied{"no end of life is fired while the clock is in doubt", 60};
  }
  fire_due(draft_, submission.command);

  const auto judged_at = last_before(draft_);
  auto decided = events::decide(draft_.view(), submission.command, circumstances(draft_, submission));
  if (!decided) return Judged{std::move(decided.error()), judged_at, now};
  if (decided->events.empty()) {
    return Unchanged{
        .at = judged_at, .time = now, .model = decided->model, .import = std::move(decided->import)};
  }
  Written written{.first = draft_.end().next, .time = now, .model = decided->model};
  draft_.add(std::move(decided->events), {.now = now,
                                          .actor = submission.caller.actor,
                                          .reason = submission.reason,
                                          .mark = submission.mark,
                                          .traceparent = submission.traceparent});
  written.last = draft_.end().next - 1;
  return written;
}

Outcome Batch::judge_dry(const Submission& submission) const {
  const events::Instant now = ground_.time.now;
  projections::Pending trial_rows(draft_.rows());
  Draft trial(trial_rows, draft_.end(), ground_.term, ids_);
  fire_due(trial, submission.command);

  auto decided = events::decide(trial.view(), submission.command, circumstances(trial, submission));
  if (!decided) return Judged{std::move(decided.error()), last_before(draft_), now};
  Unchanged unchanged{
      .at = last_before(draft_), .time = now, .model = decided->model, .import = std::move(decided->import)};
  if (unchanged.model) {
    trial.add(std::vector(decided->events), {.now = now, .actor = submission.caller.actor});
    show(unchanged, trial.view());
  }
  unchanged.would_write = std::move(decided->events);
  return unchanged;
}

Outcome Batch::replay(const projections::Remembered& earlier, const events::IdempotencyMark& mark) const {
  if (earlier.fingerprint != mark.fingerprint) return KeyReused{};
  std::string bytes;
  if (earlier.last >= draft_.begin()) {
    bytes = draft_.records()[earlier.last - draft_.begin()].bytes;
  } else {
    auto read = ground_.log.read(earlier.last, 1);
    if (!read || read->empty()) return NotApplied{"the first answer to this key cannot be read from the log"};
    bytes = std::move(read->front().record.bytes);
  }
  const auto last = events::decode(bytes);
  if (!last) return NotApplied{"the first answer to this key cannot be read: " + last.error().detail};
  return Written{.first = earlier.first,
                 .last = earlier.last,
                 .time = earlier.time,
                 .model = last->event.subject,
                 .replayed = true};
}

void Batch::fire_due(Draft& draft, const events::Command& command) const {
  if (!ground_.time.firing() || fires(command)) return;
  const events::Instant now = ground_.time.now;
  const events::View& view = draft.view();
  for (const events::ModelId& id : events::models_read_by(view, command)) {
    const auto model = view.model(id);
    if (!model) continue;
    const auto firing = events::due(*model, now);
    if (!firing) continue;
    auto decided = events::decide(
        view, *firing,
        {.now = now, .next = draft.end().next, .policy = ground_.policy, .caller = timer_caller()});
    if (decided && !decided->events.empty()) {
      draft.add(std::move(decided->events), {.now = now, .actor = timer_caller().actor});
    }
  }
}

events::Circumstances Batch::circumstances(const Draft& draft, const Submission& submission) const {
  return {.now = ground_.time.now,
          .next = draft.end().next,
          .policy = ground_.policy,
          .caller = fires(submission.command) ? timer_caller() : submission.caller,
          .if_match = submission.if_match};
}

}  // namespace almanac::writer
