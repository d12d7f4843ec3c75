#include <limits>

#include "projections/key.hpp"
#include "projections/view.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/answers/page_answer.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

/// Operators see every organisation's, everybody else their own.
std::optional<std::string> seen_by(const events::Caller& caller) {
  if (caller.scopes.has(events::Scope::catalog_write)) return std::nullopt;
  return caller.organization;
}

// A cursor names the last model alone: the organisation, by which an operator's range is ordered, is looked
// up again, so that no cursor carries one.

std::string cursor_place(const std::string& next) {
  return projections::model_at_end_of(next).text();
}

/// Where the range goes on; nullopt: the cursor names nothing that ever was.
std::optional<std::string> place_after(const Call& call, const std::string& cursor) {
  const auto id = events::ModelId::parse(cursor);
  const projections::RowsView view(call.moment.rows);
  const auto last = id ? view.model_as_of(*id, std::numeric_limits<events::Position>::max()) : std::nullopt;
  if (!last) return std::nullopt;
  const auto own = seen_by(call.caller);
  const std::string prefix =
      own ? projections::children_prefix(*call.id, *own) : projections::children_prefix(*call.id);
  return projections::child_key(*call.id, last->organization, *id).substr(prefix.size());
}

void add_items(Members& members, const projections::Page& page) {
  std::string& items = members.name("items");
  items.push_back('[');
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    if (i != 0) items.push_back(',');
    render_dependent(items, page.items[i].model);
  }
  items.push_back(']');
}

}  // namespace

Response get_dependents(const Call& call) {
  const auto subject = call.id ? look(call.moment, *call.id, call.caller.organization) : std::nullopt;
  if (!subject) return not_found().response(call.request.id_text());
  const std::string use = call.query.use("dependents:" + call.id->text());
  const auto cursor = cursor_of(call.query, use);
  if (!cursor) return cursor.error().response(call.request.id_text());
  std::optional<std::string> after;
  if (*cursor) after = place_after(call, **cursor);
  auto found = projections::list_dependents(call.moment.rows, *call.id, seen_by(call.caller), after,
                                            call.query.limit, call.moment.t);
  if (found.page.next) found.page.next = cursor_place(*found.page.next);
  std::string body;
  Members members(body);
  add_items(members, found.page);
  close_page(members, found.page.next, use);
  members.number("count", found.count);
  members.close();
  return json_response(std::move(body));
}

void add_dependents(Members& members, const Settled& settled, const events::ModelId& parent) {
  const auto found = projections::list_dependents(settled.moment.rows, parent, seen_by(settled.caller),
                                                  std::nullopt, 10, settled.moment.t);
  Members inner(members.name("dependents"));
  inner.number("count", found.count);
  add_items(inner, found.page);
  inner.close();
}

}  // namespace almanac::api
