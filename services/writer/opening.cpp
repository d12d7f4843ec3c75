#include <utility>

#include "services/writer/writer.hpp"

// From a log that anyone might have written to, to one that is ours and folded to its end.
namespace almanac::writer {

tl::expected<log::Claim, log::Failure> Writer::claim_and_catch_up(
    const std::function<void(events::Position, events::Position)>& progress) {
  auto claim = log_.claim();
  if (!claim) return claim;
  if (claim->sealed) {
    return tl::unexpected(
        log::Failure{"this log was exported whole and sealed, it ends here",
                     "serve from the log that took the export, or import it into a new one"});
  }
  if (const auto folded = projector_.catch_up(log_, progress); !folded) {
    const std::string why =
        "folding stopped at position " + std::to_string(folded.error().at) + ": " + folded.error().why;
    folding_stopped_ = true;
    stand_down(why + "; " + folded.error().mend);
    return tl::unexpected(log::Failure{why, folded.error().mend});
  }
  const projections::Applied applied = store_.applied();
  const events::Position next = applied.position ? *applied.position + 1 : 0;
  if (next != claim->next || (next > 0 && applied.hash != claim->last)) {
    return tl::unexpected(log::Failure{"the read models stand at position " + std::to_string(next) +
                                           " where the log says " + std::to_string(claim->next),
                                       "run almanac verify, then almanac rebuild"});
  }
  return claim;
}

tl::expected<void, log::Failure> Writer::open_with(const log::Claim& claim) {
  const projections::Applied applied = store_.applied();
  layer_ = store_.layer();
  end_ = {.next = claim.next, .last = claim.last, .time = applied.time};
  log_time_.opened(applied.time);
  const events::Instant now = log_time_.read().now;

  std::vector<events::Event> opening;
  term_ = {.epoch = claim.epoch, .log_id = applied.log_id};
  if (claim.next == 0) {
    term_.log_id = ids_.next(now);
    opening.push_back({.effective_at = now, .payload = events::LogCreated{.log_id = term_.log_id}});
  }
  opening.push_back({.effective_at = now,
                     .payload = events::WriterClaimed{.epoch = claim.epoch,
                                                      .node = options_.node,
                                                      .url = options_.url,
                                                      .build = options_.build,
                                                      .loss_accepted_after = options_.loss_accepted_after}});
  Draft draft(*layer_, end_, term_, ids_);
  draft.add(std::move(opening), {.now = now, .actor = "system:writer"});
  if (commit(draft) != Ending::held) {
    return tl::unexpected(log::Failure{"the log was not claimed: " + why_, "start again"});
  }
  epoch_.store(claim.epoch, std::memory_order_relaxed);
  return {};
}

/// A claim ends what this writer left under way: afterwards the log tells what it took. False: it could not
/// be claimed, and nothing is acknowledged until someone claims it.
bool Writer::claim_after_doubt() {
  metrics_.doubts.fetch_add(1, std::memory_order_relaxed);
  const std::string doubt = why_;
  auto claim = claim_and_catch_up([](events::Position, events::Position) {});
  const auto opened =
      claim ? open_with(*claim) : tl::expected<void, log::Failure>(tl::unexpected(claim.error()));
  if (opened) return true;
  why_ = doubt + ", and claiming it to find out failed: " + opened.error().what;
  stand_down(why_);
  return false;
}

}  // namespace almanac::writer
