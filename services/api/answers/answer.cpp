#include "services/api/answers/answer.hpp"

#include "services/api/answers/conditional.hpp"
#include "services/api/answers/lifecycle_headers.hpp"
#include "services/api/answers/match.hpp"

namespace almanac::api {
namespace {

constexpr std::string_view json_head =
    "Content-Type: application/json\r\nCache-Control: private, no-cache\r\n";

std::string dependents_json(const events::HasDependents& held) {
  std::string json;
  Members members(json);
  members.number("count", held.count);
  std::string& ids = members.name("ids");
  ids.push_back('[');
  for (std::size_t i = 0; i < held.ids.size(); ++i)
    ids.append(i == 0 ? "\"" : ",\"").append(held.ids[i].text()).push_back('"');
  ids.push_back(']');
  members.close();
  return json;
}

Problem stale(const events::StaleTag& stale) {
  const std::string current = "\"" + stale.current.text() + "\"";
  Problem problem{ProblemKind::stale_version,
                  "The model is not in the state that If-Match names; its tag is " + current + " now."};
  problem.headers = "ETag: " + current + "\r\n";
  return problem;
}

Problem retry_later(std::string detail, std::uint32_t seconds, std::string_view outcome) {
  Problem problem{ProblemKind::unavailable, std::move(detail)};
  problem.headers = "Retry-After: " + std::to_string(seconds) + "\r\n";
  problem.member("outcome", outcome);
  return problem;
}

}  // namespace

Problem not_found() {
  return {ProblemKind::not_found, "There is nothing here with this id that you can see."};
}

Problem missing_scope(std::string_view scope) {
  Problem problem{ProblemKind::insufficient_scope, "Missing required scope: " + std::string(scope)};
  problem.headers = "WWW-Authenticate: Bearer realm=\"almanac\", error=\"insufficient_scope\", scope=\"" +
                    std::string(scope) + "\"\r\n";
  return problem;
}

std::vector<Fault> faults_of(const events::Faults& faults) {
  std::vector<Fault> out;
  out.reserve(faults.size());
  for (const events::Fault& fault : faults) {
    if (!fault.pointer.empty() && fault.pointer.front() == '?')
      out.push_back({Fault::Place::parameter, fault.pointer.substr(1), fault.detail});
    else
      out.push_back({Fault::Place::pointer, fault.pointer, fault.detail});
  }
  return out;
}

Problem invalid(std::vector<Fault> faults) {
  std::string detail = "The request is not valid.";
  if (faults.size() == 1)
    detail = (faults[0].where.empty() ? std::string("The body") : faults[0].where) + ": " + faults[0].detail;
  else if (faults.size() > 1)
    detail = "The request has " + std::to_string(faults.size()) + " faults; errors lists them all.";
  Problem problem{ProblemKind::validation_failed, std::move(detail)};
  problem.errors = std::move(faults);
  return problem;
}

Problem problem_of(const events::Rejection& rejection) {
  return std::visit(
      Match{[](const events::NotFound&) { return not_found(); },
            [](const events::MissingScope& missing) { return missing_scope(missing.scope); },
            [](const events::StaleTag& tag) { return stale(tag); },
            [](const events::Invalid& faults) { return invalid(faults_of(faults.faults)); },
            [](const events::PlanRequired& needed) {
              Problem problem{ProblemKind::plan_required, "A model of the premium tier needs the plan " +
                                                              needed.plan + " or a higher one."};
              problem.member("requiredPlan", needed.plan);
              return problem;
            },
            [](const events::KeyTaken& taken) {
              Problem problem{
                  ProblemKind::external_key_taken,
                  "The externalKey " + taken.external_key + " belongs to the model " + taken.by.text() + "."};
              problem.member("modelId", taken.by.text());
              return problem;
            },
            [](const events::HasDependents& held) {
              Problem problem{ProblemKind::dependents,
                              "Other models hold on to this one: built on it, or naming it as replacement."};
              problem.member_json("dependents", dependents_json(held));
              return problem;
            },
            [](const events::CatalogueChanged& changed) {
              const std::string at = std::to_string(changed.last_change);
              Problem problem{ProblemKind::catalog_changed,
                              "The catalogue changed at position " + at + ", after expectedPosition."};
              problem.member("changedAt", at);
              return problem;
            }},
      rejection);
}

Problem problem_of(const writer::NotApplied& outcome) {
  Problem problem = retry_later(outcome.reason, outcome.retry_after_s, "not_applied");
  if (outcome.elsewhere) problem.headers += "Almanac-Forwarded: refused\r\n";
  return problem;
}

Problem problem_of(const writer::OutcomeUnknown& outcome, const std::string& idempotency_key) {
  Problem problem = retry_later(outcome.reason, 1, "unknown");
  problem.member("idempotencyKey", idempotency_key);
  return problem;
}

Problem problem_of(const writer::KeyReused&) {
  return {ProblemKind::idempotency_key_reused, "This Idempotency-Key was used for another request."};
}

Problem problem_of(const writer::StillRunning&) {
  Problem problem{ProblemKind::request_in_progress,
                  "The first request with this Idempotency-Key has not been answered yet."};
  problem.headers = "Retry-After: 1\r\n";
  return problem;
}

Response json_response(std::string body) {
  Response response;
  response.headers = json_head;
  response.body = std::move(body);
  return response;
}

Rendered rendered_model(const Subject& subject, const Expand& expand, events::Instant t) {
  Rendered rendered;
  rendered.body.reserve(1024);
  render_model(rendered.body, subject, expand, t);
  rendered.tag = entity_tag(subject, expand, rendered.body, t);
  rendered.lifecycle = lifecycle_headers(subject);
  return rendered;
}

Response model_response(Rendered rendered) {
  Response response;
  response.headers.reserve(320);
  response.headers.append(json_head).append("ETag: ").append(rendered.tag).append("\r\n");
  response.headers.append(rendered.lifecycle);
  response.body = std::move(rendered.body);
  return response;
}

Response model_response(const Subject& subject, std::string body, events::Instant t) {
  return model_response({std::move(body), entity_tag(subject, {}, {}, t), lifecycle_headers(subject)});
}

Response not_modified(std::string_view tag, std::string_view lifecycle) {
  Response response;
  response.status = 304;
  response.headers.append("Cache-Control: private, no-cache\r\nETag: ").append(tag).append("\r\n");
  response.headers.append(lifecycle);
  return response;
}

std::optional<Subject> subject_of(const Settled& settled) {
  if (settled.unchanged != nullptr && settled.unchanged->would_be) {
    const writer::Unchanged& dry = *settled.unchanged;
    return complete(settled.moment, {*dry.would_be, dry.would_be_parent, dry.would_be_replacement});
  }
  const auto id = settled.model();
  return id ? look(settled.moment, *id, settled.caller.organization) : std::nullopt;
}

}  // namespace almanac::api
