#include <limits>

#include "projections/queries/history.hpp"
#include "projections/view.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/answers/event_teller.hpp"
#include "services/api/answers/log_walk.hpp"
#include "services/api/answers/page_answer.hpp"
#include "services/api/requests/log_place.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

/// Whether there is such a model, or was one, for the caller.
bool has_history(const Call& call) {
  if (!call.id) return false;
  const projections::RowsView view(call.moment.rows);
  const auto model = view.model_as_of(*call.id, std::numeric_limits<events::Position>::max());
  return model && (model->is_system() || model->organization == call.caller.organization);
}

std::vector<events::Position> positions_of(const Call& call, events::Position after, std::size_t limit) {
  if (call.query.expand.parent)
    return projections::history_with_parents(call.moment.rows, *call.id, after, limit);
  return projections::history_of(call.moment.rows, *call.id, after, limit);
}

}  // namespace

Response get_model_events(const Call& call) {
  if (!has_history(call)) return not_found().response(call.request.id_text());
  const std::string use = (call.query.expand.parent ? "history with parents:" : "history:") + call.id->text();
  const auto cursor = cursor_of(call.query, use);
  if (!cursor) return cursor.error().response(call.request.id_text());
  // Position 0 is the log's own event, never a model's.
  const events::Position after = *cursor ? parse_decimal(**cursor).value_or(0) : 0;
  auto positions = positions_of(call, after, call.query.limit + 1);
  std::optional<std::string> next;
  if (positions.size() > call.query.limit) {
    positions.resize(call.query.limit);
    next = std::to_string(positions.back());
  }
  const EventTeller teller(call.caller, {});
  LogWalk walk(*call.service.records, std::move(positions));
  std::string body;
  Members members(body);
  std::string& items = members.name("items");
  items.push_back('[');
  for (;;) {
    const auto entry = walk.next(std::numeric_limits<events::Position>::max());
    if (!entry) return unreadable_log().response(call.request.id_text());
    if (*entry == nullptr) break;
    const auto told = teller.tell(**entry);
    if (!told) continue;
    if (items.back() != '[') items.push_back(',');
    items.append(told->json);
  }
  items.push_back(']');
  close_page(members, next, use);
  members.close();
  return json_response(std::move(body));
}

}  // namespace almanac::api
