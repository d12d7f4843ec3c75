#include <algorithm>

#include "projections/queries/as_of.hpp"
#include "services/api/answers/event_teller.hpp"
#include "services/api/answers/position_page.hpp"
#include "services/api/requests/accept.hpp"
#include "services/api/requests/log_place.hpp"
#include "services/api/resources/event_stream.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t usual_limit = 100;
constexpr std::string_view batch = "application/cloudevents-batch+json";
constexpr std::string_view lines = "application/x-ndjson";

events::Position end_of(const Call& call) {
  return call.applied.position ? *call.applied.position + 1 : 0;
}

EventTeller teller_of(const Call& call) {
  return EventTeller(call.caller, {call.query.types, call.query.model, call.query.actor});
}

/// The first position that may be wanted: log time never goes back, so a time is a place.
events::Position first_wanted(const Call& call) {
  const Query& query = call.query;
  events::Position first = query.after ? query.after->next() : 0;
  if (query.from)
    if (const auto before = projections::position_at(call.moment.rows, events::Instant{query.from->ms - 1}))
      first = std::max(first, *before + 1);
  return first;
}

LogWalk walk_of(const Call& call, events::Position first) {
  const log::Records& records = *call.service.records;
  if (!call.query.model) return {records, first};
  const events::Position behind = std::max<events::Position>(first, 1) - 1;
  return {records,
          projections::history_of(call.moment.rows, *call.query.model, behind, projections::scan_max)};
}

}  // namespace

Response get_events(const Call& call) {
  const Query& query = call.query;
  const events::Position end = end_of(call);
  if (query.after)
    if (const auto foreign = refuse_foreign(*query.after, *call.service.records, end))
      return foreign->response(call.request.id_text());
  const auto accept = call.request.list("Accept");
  const bool as_lines = accept && prefers(*accept, lines, batch);
  const std::string until = query.to ? query.to->text() : std::string();
  const EventTeller teller = teller_of(call);
  std::string body;
  const auto look = [&](const log::Entry& entry) {
    if (query.to && events::header_text(entry.record.bytes, "ce_time").value_or("") >= until)
      return Look::behind;
    const auto told = teller.tell(entry);
    if (!told) return Look::passed;
    if (!as_lines) body.push_back(body.empty() ? '[' : ',');
    body.append(told->json);
    if (as_lines) body.push_back('\n');
    return Look::taken;
  };
  const events::Position first = first_wanted(call);
  const auto page = fill_page(walk_of(call, first), first, end, query.many.value_or(usual_limit), body, look);
  if (!page) return page.error().response(call.request.id_text());
  if (!as_lines) body.append(body.empty() ? "[]" : "]");
  Response response;
  response.header("Content-Type", as_lines ? lines : batch).header("Cache-Control", "private, no-cache");
  add_page_end(response, call.request, *page);
  response.body = std::move(body);
  return response;
}

Response get_event_stream(const Call& call) {
  std::optional<LogPlace> from = call.query.after;
  if (const auto last = call.request.header("Last-Event-ID")) {
    from = LogPlace::parse(*last);
    if (!from || call.request.count("Last-Event-ID") != 1)
      return Problem{ProblemKind::malformed_header,
                     "Last-Event-ID must stand once and be an id of this stream: a position, or a position, "
                     "a dot and 16 hex digits of its hash."}
          .response(call.request.id_text());
  }
  if (!from) from = LogPlace::parse(LogPlace::text(call.applied.position.value_or(0), call.applied.hash));
  if (const auto foreign = refuse_foreign(*from, *call.service.records, end_of(call)))
    return foreign->response(call.request.id_text());
  Response response;
  response.header("Content-Type", "text/event-stream").header("Cache-Control", "no-store");
  response.stream =
      std::make_unique<EventStream>(call.service, teller_of(call), std::move(*from), call.token_expires_at);
  return response;
}

}  // namespace almanac::api
