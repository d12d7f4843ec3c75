#include "services/api/answers/answer.hpp"
#include "services/api/requests/parse_model.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {

Intent parse_put_pricing(const std::optional<events::Uuid>& id, const Query& query,
                         const events::json::Value& body) {
  using Run = writer::Submission::Run;
  return {parse_pricing(*id, body), query.dry_run ? Run::dry : Run::real};
}

Intent parse_delete_pricing(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&) {
  return {events::CancelReprice{*id}};
}

Response render_pricing(const Settled& settled) {
  if (settled.run == writer::Submission::Run::real) return render_changed(settled);
  const auto subject = subject_of(settled);
  if (!subject) return not_found().response({});
  std::string body;
  Members members = open_model(body, *subject, Expand{}, settled.moment.t);
  add_dependents(members, settled, subject->model().id);
  members.close();
  return model_response(*subject, std::move(body), settled.moment.t);
}

}  // namespace almanac::api
