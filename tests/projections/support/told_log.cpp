#include "tests/projections/support/told_log.hpp"

namespace almanac::projections::testing {
namespace {

events::Uuid numbered(std::uint64_t n) {
  events::Uuid id = *events::Uuid::parse("01940000-0000-7000-8000-000000000000");
  for (std::size_t i = 16; i-- > 9; n >>= 8)
    id.bytes[i] = static_cast<std::uint8_t>(n);
  return id;
}

}  // namespace

void ToldLog::add(events::Recorded recorded) {
  events::Stamp& stamp = recorded.stamp;
  stamp.position = end();
  stamp.epoch = 1;
  stamp.log_id = log_id;
  stamp.id = numbered(end());
  if (stamp.actor.empty()) stamp.actor = "client:test";
  if (!entries_.empty()) stamp.previous = entries_.back().record.hash;
  if (auto* created = std::get_if<events::LogCreated>(&recorded.event.payload)) created->log_id = log_id;
  entries_.push_back({stamp.position, events::encode(recorded)});
  told_.push_back(std::move(recorded));
}

void ToldLog::follow(const events::testing::World& world) {
  for (auto at = end(); at < world.log().size(); ++at) {
    events::Recorded recorded = world.log()[at];
    const bool same_command = at > 0 && told_.back().stamp.time == recorded.stamp.time && at % 4 != 0;
    recorded.stamp.correlation_id = same_command ? told_.back().stamp.correlation_id : numbered(at);
    if (recorded.event.subject && at % 3 != 0) {
      events::IdempotencyMark mark;
      mark.key = events::sha256(recorded.stamp.correlation_id.text());
      mark.fingerprint = events::sha256("fingerprint");
      recorded.stamp.idempotency = mark;
    }
    add(std::move(recorded));
  }
}

tl::expected<log::Claim, log::Failure> ToldLog::claim() {
  return tl::unexpected(log::Failure{"nobody appends to a told log", ""});
}

log::AppendResult ToldLog::append(log::Epoch, log::Position, std::span<const log::Record>) {
  return log::Unavailable{"nobody appends to a told log"};
}

tl::expected<std::vector<log::Entry>, log::Failure> ToldLog::read(log::Position from,
                                                                  std::size_t limit) const {
  std::vector<log::Entry> some;
  for (auto at = from; at < end() && some.size() < limit; ++at)
    some.push_back(entries_[at]);
  return some;
}

}  // namespace almanac::projections::testing
