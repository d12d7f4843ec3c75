#include "projections/queries/as_of.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/answers/page_answer.hpp"
#include "services/api/requests/parse_model.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {

Response get_models(const Call& call) {
  const Query& query = call.query;
  const projections::ModelFilter filter{query.state, query.enabled, query.parent, query.q};
  Response response = page_answer(call, "models", [&](const std::optional<std::string>& after) {
    if (call.moment.position)
      return projections::list_models_as_of(call.moment.rows, call.caller.organization, filter, after,
                                            query.limit, *call.moment.position, call.moment.t);
    return projections::list_models(call.moment.rows, call.caller.organization, filter, after, query.limit,
                                    call.moment.t);
  });
  // Which models are in a state changes with the clock, those that are not shown included.
  if (query.state) call.shown.cacheable = false;
  return response;
}

Response get_model(const Call& call) {
  const auto subject = call.id ? look(call.moment, *call.id, call.caller.organization) : std::nullopt;
  if (!subject) return not_found().response(call.request.id_text());
  Rendered rendered = rendered_model(*subject, call.query.expand, call.moment.t);
  call.shown.tag = rendered.tag;
  call.shown.lifecycle = rendered.lifecycle;
  call.shown.cacheable = !call.moment.position;
  note_change(call, *subject);
  return model_response(std::move(rendered));
}

Intent parse_post_model(const std::optional<events::Uuid>&, const Query&, const events::json::Value& body) {
  return {parse_user_model(body)};
}

Intent parse_patch_model(const std::optional<events::Uuid>& id, const Query&,
                         const events::json::Value& body) {
  return {parse_patch(*id, body)};
}

Intent parse_delete_model(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&) {
  return {events::DeleteModel{*id}};
}

Response render_created(const Settled& settled) {
  const auto subject = subject_of(settled);
  if (!subject) return not_found().response({});
  Response response = model_response(rendered_model(*subject, Expand{}, settled.moment.t));
  response.status = 201;
  response.header("Location", "/v1/models/" + subject->model().id.text());
  return response;
}

Response render_changed(const Settled& settled) {
  const auto subject = subject_of(settled);
  if (!subject) return not_found().response({});
  return model_response(rendered_model(*subject, Expand{}, settled.moment.t));
}

Response render_deleted(const Settled&) {
  Response response;
  response.status = 204;
  return response;
}

}  // namespace almanac::api
