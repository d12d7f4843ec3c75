#include "services/api/page_answer.hpp"

#include "services/api/answer.hpp"
#include "services/api/paging.hpp"

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
  for (projections::Shown& shown : found.items) {
    if (!first) items.push_back(',');
    first = false;
    render_model(items, complete(call.moment, std::move(shown)), call.query.expand, call.moment.t);
  }
  items.push_back(']');
  close_page(members, found.next, use);
  members.close();
  return json_response(std::move(body));
}

}  // namespace almanac::api
