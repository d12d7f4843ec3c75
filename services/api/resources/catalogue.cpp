#include "projections/queries/as_of.hpp"
#include "services/api/answers/page_answer.hpp"
#include "services/api/requests/parse_model.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {

Response get_catalogue(const Call& call) {
  const Query& query = call.query;
  const projections::CatalogueFilter filter{query.state, query.provider, query.tier, query.q};
  Response response = page_answer(call, "catalogue", [&](const std::optional<std::string>& after) {
    if (call.moment.position)
      return projections::list_catalogue_as_of(call.moment.rows, filter, after, query.limit,
                                               *call.moment.position, call.moment.t);
    return projections::list_catalogue(call.moment.rows, filter, after, query.limit, call.moment.t);
  });
  // Retired models leave the catalogue by the clock.
  call.shown.cacheable = false;
  return response;
}

Intent parse_post_system_model(const std::optional<events::Uuid>&, const Query&,
                               const events::json::Value& body) {
  return {parse_system_model(body)};
}

}  // namespace almanac::api
