#include "events/exact_text.hpp"
#include "projections/queries/rates.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/answers/page_answer.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

using projections::Rate;
using projections::RatesPlace;

std::optional<std::string> seen_by(const events::Caller& caller) {
  if (caller.scopes.has(events::Scope::events_read_all)) return std::nullopt;
  return caller.organization;
}

std::string cursor_place(const RatesPlace& place) {
  return place.model.text() + "," + std::to_string(place.at.ms) + "," + std::to_string(place.opened_by);
}

std::optional<RatesPlace> place_in(std::string_view cursor) {
  const std::size_t first = cursor.find(',');
  const std::size_t second = cursor.find(',', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto model = events::ModelId::parse(cursor.substr(0, first));
  const auto at = events::number_in<std::int64_t>(cursor.substr(first + 1, second - first - 1));
  const auto opened_by = events::number_in<events::Position>(cursor.substr(second + 1));
  if (!model || !at || !opened_by) return std::nullopt;
  return RatesPlace{*model, {*at}, *opened_by};
}

void render_rate(std::string& out, const Rate& rate) {
  Members members(out);
  members.plain("modelId", rate.model.text());
  rate.organization.empty() ? members.null("organizationId")
                            : members.plain("organizationId", rate.organization);
  members.plain("pricedBy", rate.priced_by.text());
  members.plain("from", rate.from.text());
  members.plain("to", rate.to.text());
  rate.price.multiplier ? members.plain("creditMultiplier", rate.price.multiplier->text())
                        : members.null("creditMultiplier");
  members.plain("modelTier", events::name_of(rate.price.tier));
  members.text("provider", std::string_view(rate.provider));
  members.text("modelName", std::string_view(rate.model_name));
  members.plain("lifecycleState", events::name_of(rate.state));
  members.plain("sequence", std::to_string(rate.opened_by));
  members.close();
}

Problem foreign_cursor() {
  return {ProblemKind::malformed_cursor, "cursor is not a nextCursor of this list with these filters."};
}

}  // namespace

Response get_rates(const Call& call) {
  const Query& query = call.query;
  const std::string use = query.use("rates");
  const auto cursor = cursor_of(query, use);
  if (!cursor) return cursor.error().response(call.request.id_text());
  std::optional<RatesPlace> after;
  if (*cursor) {
    after = place_in(**cursor);
    // Where a page ended lies in its period; another instant is nobody's cursor.
    if (!after || after->at > *query.to) return foreign_cursor().response(call.request.id_text());
  }
  const projections::RatesAsked asked{*query.from, *query.to, query.model, query.organization};
  const auto page =
      projections::list_rates(call.moment.rows, seen_by(call.caller), asked, after, query.limit);
  if (!page) return foreign_cursor().response(call.request.id_text());
  std::string body;
  Members members(body);
  std::string& items = members.name("items");
  items.push_back('[');
  for (const Rate& rate : page->items) {
    if (items.back() != '[') items.push_back(',');
    render_rate(items, rate);
  }
  items.push_back(']');
  close_page(members, page->next ? std::optional(cursor_place(*page->next)) : std::nullopt, use);
  members.plain("completeThrough", call.applied.time.text());
  members.close();
  return json_response(std::move(body));
}

}  // namespace almanac::api
