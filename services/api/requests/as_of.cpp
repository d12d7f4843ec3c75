#include "services/api/requests/as_of.hpp"

#include "projections/queries/as_of.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/requests/log_place.hpp"
#include "services/api/requests/query.hpp"
#include "services/api/service.hpp"

namespace almanac::api {
namespace {

Problem refused(std::string detail) {
  return invalid({{Fault::Place::parameter, "asOf", std::move(detail)}});
}

tl::expected<Past, Problem> resolve_time(events::Instant time, const projections::Snapshot& snapshot,
                                         events::Instant now) {
  if (time > now) return tl::unexpected(refused("lies in the future"));
  const auto position = projections::position_at(snapshot, time);
  if (!position) return tl::unexpected(refused("lies before the log began"));
  return Past{*position, time};
}

}  // namespace

std::optional<events::Instant> parse_time(std::string_view text) {
  std::string mended(text);
  const std::size_t blank = mended.rfind(' ');
  if (blank != std::string::npos && blank > 10) mended[blank] = '+';
  return events::Instant::parse(mended);
}

std::optional<AsOf> AsOf::parse(std::string_view text) {
  AsOf as_of;
  const std::size_t mark = text.find_first_of(".@");
  const std::string_view number = text.substr(0, mark);
  as_of.position = parse_decimal(number);
  if (!as_of.position) {
    as_of.time = parse_time(text);
    return as_of.time ? std::optional(as_of) : std::nullopt;
  }
  if (mark == std::string_view::npos) return as_of;
  const std::string_view rest = text.substr(mark + 1);
  if (text[mark] == '@') {
    as_of.time = parse_time(rest);
    return as_of.time ? std::optional(as_of) : std::nullopt;
  }
  const auto place = LogPlace::parse(text);
  if (!place) return std::nullopt;
  as_of.hash_start = place->hash_start;
  return as_of;
}

std::string Past::pair() const {
  return std::to_string(position) + "@" + t.text();
}

tl::expected<Past, Problem> resolve(const AsOf& as_of, const Service& service,
                                    const projections::Snapshot& snapshot, events::Instant now) {
  if (!as_of.position) return resolve_time(*as_of.time, snapshot, now);
  const events::Position position = *as_of.position;
  const projections::Applied& applied = snapshot.applied();
  if (!applied.position || position > *applied.position)
    return tl::unexpected(refused("lies past the end of the log"));
  const auto events = service.read_events(position, 2);
  if (!events || events->empty()) return tl::unexpected(unreadable_log());
  const events::Stamp& stamp = events->front().stamp;
  const events::Stamp* next =
      position < *applied.position && events->size() > 1 ? &(*events)[1].stamp : nullptr;
  if (as_of.hash_start) {
    const events::Hash& hash = next != nullptr ? next->previous : applied.hash;
    if (!LogPlace{position, as_of.hash_start}.names(hash)) return tl::unexpected(foreign_log(position));
  }
  if (!as_of.time) return Past{position, stamp.time};
  // A pair that no answer has named: the clock and the log were never there together.
  if (*as_of.time > now) return tl::unexpected(refused("lies in the future"));
  if (*as_of.time < stamp.time || (next != nullptr && next->time < *as_of.time))
    return tl::unexpected(refused("is a pair of a position and a time that do not belong together"));
  return Past{position, *as_of.time};
}

}  // namespace almanac::api
