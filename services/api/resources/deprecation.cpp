#include "events/decide.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/requests/parse_model.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

void add_warnings(Members& members, const Settled& settled, const Subject& subject) {
  std::string& list = members.name("warnings");
  list.push_back('[');
  const auto& deprecation = subject.model().deprecation;
  const ModelsThen models(settled.moment);
  std::optional<events::Model> replacement;
  if (deprecation && deprecation->replacement) replacement = models.model(*deprecation->replacement);
  if (replacement) {
    bool first = true;
    for (const events::Fault& warning :
         events::replacement_warnings(subject.model(), *replacement, models, settled.moment.t)) {
      if (!first) list.push_back(',');
      first = false;
      const std::string_view field = warning.pointer;
      Members inner(list);
      inner.text("field", field.substr(field.substr(0, 1) == "/" ? 1 : 0));
      inner.text("detail", std::string_view(warning.detail));
      inner.close();
    }
  }
  list.push_back(']');
}

}  // namespace

Intent parse_put_deprecation(const std::optional<events::Uuid>& id, const Query& query,
                             const events::json::Value& body) {
  using Run = writer::Submission::Run;
  return {parse_deprecation(*id, body), query.dry_run ? Run::dry : Run::real};
}

Intent parse_delete_deprecation(const std::optional<events::Uuid>& id, const Query&,
                                const events::json::Value&) {
  return {events::RestoreModel{*id}};
}

Response render_deprecation(const Settled& settled) {
  const auto subject = subject_of(settled);
  if (!subject) return not_found().response({});
  std::string body;
  Members members = open_model(body, *subject, Expand{}, settled.moment.t);
  add_warnings(members, settled, *subject);
  if (settled.run == writer::Submission::Run::dry) add_dependents(members, settled, subject->model().id);
  members.close();
  return model_response(*subject, std::move(body), settled.moment.t);
}

}  // namespace almanac::api
