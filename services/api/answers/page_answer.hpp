#pragma once
#include <functional>

#include "services/api/routes.hpp"

namespace almanac::api {

/// Tells the cache until when the answer holds, as far as this model goes.
void note_change(const Call& call, const Subject& subject);

/// Answers one page of models: reads the cursor against `list` and the filters, asks `page` for what comes
/// after it, and renders `{"items", "hasMore", "nextCursor"}`.
Response page_answer(const Call& call, std::string_view list,
                     const std::function<projections::Page(const std::optional<std::string>&)>& page);

/// The sort key in the request's cursor, or why there is none (400); nullopt: the first page.
tl::expected<std::optional<std::string>, Problem> cursor_of(const Query& query, const std::string& use);
/// `hasMore` and `nextCursor`, which end every page.
void close_page(Members& members, const std::optional<std::string>& next, const std::string& use);

}  // namespace almanac::api
