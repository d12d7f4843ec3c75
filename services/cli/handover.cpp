#include "services/cli/handover.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "events/codec.hpp"
#include "events/log/chain.hpp"

namespace almanac::cli {
namespace {

events::Instant wall_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::string host_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

/// Imports of one export make different ones, at the same moment too: 56 bits of chance beside the time.
events::Uuid new_log_id(events::Instant time) {
  std::random_device chance;
  const std::uint64_t bits = std::uint64_t{chance()} << 32 | chance();
  return events::NewIds(time, bits >> 8).next();
}

struct Place {
  events::Position position = 0;
  events::Epoch epoch = 0;
  events::Hash previous{};
};

/// An event of the log itself, as of `time`.
events::Record record_of(events::Payload payload, const Place& place, events::Instant time,
                         const events::Uuid& log_id) {
  events::NewIds ids(time, place.position);
  events::Recorded recorded;
  recorded.stamp = {.position = place.position,
                    .epoch = place.epoch,
                    .time = time,
                    .id = ids.next(),
                    .log_id = log_id,
                    .correlation_id = ids.next(),
                    .actor = "system:writer",
                    .previous = place.previous};
  recorded.event.effective_at = time;
  recorded.event.payload = std::move(payload);
  return events::encode(recorded);
}

}  // namespace

tl::expected<events::Record, log::Failure> seal_behind(const events::Record& last, const log::Tip& tip,
                                                       log::Epoch epoch) {
  const auto recorded = events::decode(last.bytes);
  if (!recorded) {
    return tl::make_unexpected(log::Failure{"the last record cannot be decoded: " + recorded.error().detail,
                                            "run `almanac verify`"});
  }
  return record_of(events::LogSealed{}, {tip.next, epoch, tip.last},
                   std::max(wall_clock(), recorded->stamp.time), recorded->stamp.log_id);
}

tl::expected<void, log::Failure> seal(log::Log& log) {
  const auto claim = log.claim();
  if (!claim) return tl::make_unexpected(claim.error());
  if (claim->sealed) return {};
  if (claim->next == 0)
    return tl::make_unexpected(log::Failure{"this log is empty", "there is nothing to move"});
  const auto last = log.read(claim->next - 1, 1);
  if (!last) return tl::make_unexpected(last.error());
  const auto end = seal_behind(last->front().record, {claim->next, claim->epoch, claim->last}, claim->epoch);
  if (!end) return tl::make_unexpected(end.error());
  const auto appended = log.append(claim->epoch, claim->next, {&*end, 1});
  if (std::holds_alternative<log::Committed>(appended)) return {};
  return tl::make_unexpected(
      log::Failure{"the log does not take its seal", "look at the disk, then try again"});
}

log::Meaning Handover::meaning() {
  return [this](const log::Entry& entry) -> std::optional<std::string> {
    const auto recorded = events::decode(entry.record.bytes);
    if (!recorded) return recorded.error().detail;
    last_time_ = recorded->stamp.time;
    log_id_ = recorded->stamp.log_id;
    sealed_ = std::holds_alternative<events::LogSealed>(recorded->event.payload);
    return std::nullopt;
  };
}

log::GoOn Handover::go_on() {
  return [this](const log::Tip& tip, log::Epoch epoch) {
    const events::Instant time = std::max(wall_clock(), last_time_);
    events::WriterClaimed claimed{.epoch = epoch, .node = host_name(), .build = build_};
    if (sealed_) claimed.sealed_at = tip.next - 1;
    if (unsealed_ == log::Unsealed::accept_a_copy) claimed.log_id = new_log_id(time);
    const auto record =
        record_of(claimed, {tip.next, epoch, tip.last}, time, claimed.log_id.value_or(log_id_));
    auto fields = *events::fields_of(record.bytes);
    // The import chains it itself.
    std::erase_if(fields.headers, [](const auto& header) {
      return header.first == "ce_sequence" || header.first == "ce_epoch" || header.first == "ce_prevhash";
    });
    return fields;
  };
}

}  // namespace almanac::cli
