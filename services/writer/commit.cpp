#include <exception>
#include <type_traits>
#include <utility>

#include "events/seeded_bug.hpp"
#include "projections/fold.hpp"
#include "services/writer/writer.hpp"

// The end of a batch: into the log, then into the read models, then `end_` is where the next batch begins.
namespace almanac::writer {

Writer::Ending Writer::commit(const Draft& draft) {
  Ending ending = Ending::in_doubt;
  try {
    ending = draft.records().empty() ? confirm_nothing() : append(draft);
  } catch (const std::exception& broken) {
    fail(std::string("committing a batch broke off: ") + broken.what() + "; start again, the log then tells");
  }
  if (ending == Ending::held) {
    say_of_log({});
  } else {
    layer_->clear();
  }
  return ending;
}

Writer::Ending Writer::append(const Draft& draft) {
  const auto begun = clock_.steady();
  const log::AppendResult result = log_.append(term_.epoch, draft.begin(), draft.records());
  return std::visit(
      [&](const auto& said) -> Ending {
        using Answer = std::decay_t<decltype(said)>;
        if constexpr (std::is_same_v<Answer, log::Committed>) {
          metrics_.committed(draft.records().size(), clock_.steady() - begun);
          return commit_rows(draft);
        } else if constexpr (std::is_same_v<Answer, log::Conflict>) {
          why_ = "the log moved on while this was decided";
          return Ending::again;
        } else if constexpr (std::is_same_v<Answer, log::Fenced>) {
          if (!events::seeded_bug("fence_ignored")) stand_down_fenced(said.by);
          return Ending::nothing_written;
        } else if constexpr (std::is_same_v<Answer, log::Unavailable>) {
          why_ = "the log cannot be written: " + said.reason;
          say_of_log(why_);
          // A log that is shared takes no more from this claim; the next one may go better.
          if (options_.doubt == Doubt::ends_with_a_claim) stand_down(why_);
          return Ending::nothing_written;
        } else if constexpr (std::is_same_v<Answer, log::Unknown>) {
          why_ = "it cannot be told whether the log took a batch at position " +
                 std::to_string(draft.begin()) + ": " + said.reason;
          if (options_.doubt == Doubt::ends_the_process) fail(why_ + "; start again, the log then tells");
          say_of_log(why_);
          return Ending::in_doubt;
        } else {
          static_assert(std::is_same_v<Answer, log::TooLarge>);
          why_ = "more than the log takes at once, " + std::to_string(said.bytes_max) + " bytes: send less";
          return Ending::too_large;
        }
      },
      result);
}

/// Nothing was decided that changes anything; before anyone is told so the log must say that this is still
/// its end, or a writer that was fenced without noticing would answer from the past.
Writer::Ending Writer::confirm_nothing() {
  if (events::seeded_bug("no_barrier")) return Ending::held;
  const auto next = log_.barrier();
  if (!next) {
    why_ = "the log cannot be reached: " + next.error().what;
    say_of_log(why_);
    return Ending::nothing_written;
  }
  if (*next == end_.next) return Ending::held;
  why_ = "the log moved on while this was judged";
  return Ending::again;
}

Writer::Ending Writer::commit_rows(const Draft& draft) {
  const LogEnd& end = draft.end();
  const auto folded = projector_.commit_layer(*layer_, {.position = end.next - 1,
                                                        .hash = end.last,
                                                        .time = end.time,
                                                        .epoch = term_.epoch,
                                                        .log_id = term_.log_id,
                                                        .version = projections::read_model_version});
  if (!folded) {
    fail("the log took position " + std::to_string(end.next - 1) +
         " but the read models did not follow: " + folded.error().why + "; " + folded.error().mend);
    return Ending::in_doubt;
  }
  end_ = end;
  log_time_.happened(end.time);
  return Ending::held;
}

bool Writer::judge_from_log_again() {
  const auto caught_up = projector_.catch_up(log_, [](events::Position, events::Position) {});
  if (!caught_up) {
    why_ = "folding stopped at position " + std::to_string(caught_up.error().at) + ": " +
           caught_up.error().why + "; " + caught_up.error().mend;
    stand_down(why_);
    return false;
  }
  const projections::Applied applied = store_.applied();
  layer_ = store_.layer();
  if (applied.epoch > term_.epoch) {
    stand_down_fenced(applied.epoch);
    return false;
  }
  end_ = {.next = applied.position ? *applied.position + 1 : 0, .last = applied.hash, .time = applied.time};
  log_time_.happened(applied.time);
  return true;
}

}  // namespace almanac::writer
