#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/rejection.hpp"
#include "services/api/answers/render_model.hpp"
#include "services/api/routes.hpp"
#include "services/api/transport/problem.hpp"

/// The one place where a rejection, a conflict or a failure becomes HTTP, and where a model becomes an
/// answer.
namespace almanac::api {

Problem problem_of(const events::Rejection& rejection);
Problem not_found();
Problem missing_scope(std::string_view scope);
/// 422 with every fault.
Problem invalid(std::vector<Fault> faults);
/// The law's faults as the client's: a pointer that begins with `?` names a query parameter.
std::vector<Fault> faults_of(const events::Faults& faults);

Problem problem_of(const writer::NotApplied& outcome);
Problem problem_of(const writer::OutcomeUnknown& outcome, const std::string& idempotency_key);
Problem problem_of(const writer::KeyReused& outcome);
Problem problem_of(const writer::StillRunning& outcome);

/// 200 with a JSON body.
Response json_response(std::string body);
/// A single model as it goes out.
struct Rendered {
  std::string body;
  std::string tag;        ///< with quotes
  std::string lifecycle;  ///< header lines
};
Rendered rendered_model(const Subject& subject, const Expand& expand, events::Instant t);
Response model_response(Rendered rendered);
/// A body that holds more than the model, under the model's tag.
Response model_response(const Subject& subject, std::string body, events::Instant t);
/// 304 with the lifecycle headers as of now (RFC 9110, 15.4.5).
Response not_modified(std::string_view tag, std::string_view lifecycle);

/// The model that a command's answer shows: as of its event, as it is, or as a dry run would leave it.
/// nullopt cannot be but for a model that was deleted since a command without effect was judged.
std::optional<Subject> subject_of(const Settled& settled);

}  // namespace almanac::api
