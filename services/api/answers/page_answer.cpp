#include "services/api/answers/page_answer.hpp"

#include "services/api/answers/answer.hpp"
#include "services/api/answers/paging.hpp"

namespace almanac::api {

tl::expected<std::optional<std::string>, Problem> cursor_of(const Query& query, const std::string& use) {
  if (!query.cursor) return std::nullopt;
  auto key = cursor_key(use, *query.cursor);
  if (!key)
    return tl::unexpected(Problem{ProblemKind::malformed_cursor,
                                  "cursor is not a nextCursor of this list with these filters."});
  return key;
}

void close_page(Members& members, const std::optional<std::string>& next, const std::string& use) {
  members.flag("hasMore", next.has_value());
  next ? members.plain("nextCursor", cursor_text(use, *next)) : members.null("nextCursor");
}

void note_change(const Call& call, const Subject& subject) {
  // A replacement changes by a clock of its own, which next_change_after does not know.
  if (subject.replacement_state) call.shown.cacheable = false;
  const auto next = events::next_change_after(subject.model(), subject.parent(), call.moment.t);
  if (next && (!call.shown.until || *next < *call.shown.until)) call.shown.until = next;
}

Response page_answer(const Call& call, std::string_view list,
                     const std::function<projections::Page(const std::optional<std::string>&)>& page) {
  std::string use = call.query.use(list);
  if (call.moment.position) use.append("&asOf=").append(Past{*call.moment.position, call.moment.t}.pair());
  const auto after = cursor_of(call.query, use);
  if (!after) return after.error().response(call.request.id_text());
  projections::Page found = page(*after);

  std::string body;
  body.reserve(1024 * (found.items.size() + 1));
  Members members(body);
  std::string& items = members.name("items");
  items.push_back('[');
  bool first = true;
  call.shown.cacheable = !call.moment.position;
  for (projections::Shown& shown : found.items) {
    if (!first) items.push_back(',');
    first = false;
    const Subject subject = complete(call.moment, std::move(shown));
    note_change(call, subject);
    render_model(items, subject, call.query.expand, call.moment.t);
  }
  items.push_back(']');
  close_page(members, found.next, use);
  members.close();
  return json_response(std::move(body));
}

}  // namespace almanac::api
