#include "services/api/answers/answer.hpp"
#include "services/api/answers/conditional.hpp"
#include "services/api/answers/match.hpp"
#include "services/api/front.hpp"
#include "services/writer/idempotency.hpp"

namespace almanac::api {
namespace {

namespace json = events::json;

// A model's metadata may be 64 deep; an import holds it in a row, in the rows, in the body.
constexpr std::size_t depth_max = 64 + 3;

/// Where a command keeps what parsing found wrong with it; nullptr: it has no fields that could be wrong.
events::Faults* faults_in(events::Command& command) {
  return std::visit(
      [](auto& any) -> events::Faults* {
        if constexpr (requires { any.faults; })
          return &any.faults;
        else
          return nullptr;
      },
      command);
}

std::string_view query_part(std::string_view target) {
  const std::size_t at = target.find('?');
  return at == std::string_view::npos ? std::string_view{} : target.substr(at + 1);
}

Problem if_match_required() {
  return {ProblemKind::precondition_required, "This service takes changes with If-Match alone."};
}

}  // namespace

std::optional<Problem> Front::refuse_body(const Request& request, const Route& route) const {
  if (const auto coding = request.list("Content-Encoding"); coding && !same_name(*coding, "identity")) {
    Problem problem{ProblemKind::unsupported_media_type, "The body must come without a content coding."};
    problem.headers = "Accept-Encoding: identity\r\n";  // RFC 9110, 12.5.3
    return problem;
  }
  const std::string type = media_type(request);
  if (type == "application/json") return std::nullopt;
  const bool merge = route.body == BodyKind::merge_patch;
  if (merge && type == "application/merge-patch+json") return std::nullopt;
  Problem problem{ProblemKind::unsupported_media_type,
                  merge ? "The body must be application/merge-patch+json or application/json in UTF-8."
                        : "The body must be application/json in UTF-8."};
  problem.headers = merge ? "Accept-Patch: application/merge-patch+json, application/json\r\n"
                          : "Accept: application/json\r\n";
  return problem;
}

std::optional<events::Tag> Front::present_tag(const events::Uuid& id, const events::Caller& caller) const {
  const auto snapshot = service_.projector.latest();
  const events::Instant t = std::max(service_.now(), snapshot->applied().time);
  const auto shown = projections::find_model(*snapshot, id, caller.organization);
  if (!shown) return std::nullopt;
  return events::tag_of(shown->model, shown->parent ? &*shown->parent : nullptr, t);
}

Problem Front::refuse_unsent(const Route& route, const events::Caller& caller,
                             const std::optional<events::Uuid>& id, const WriteHeaders& headers,
                             Problem otherwise) const {
  if (!id || route.path.find("{id}") == std::string_view::npos) return otherwise;
  const auto snapshot = service_.projector.latest();
  const auto shown = projections::find_model(*snapshot, *id, caller.organization);
  if (!shown) return not_found();
  const auto needed = shown->model.is_system() ? events::Scope::catalog_write : events::Scope::models_write;
  if (!caller.scopes.has(needed)) return missing_scope(events::name_of(needed));
  if (headers.if_match) {
    const auto present = present_tag(*id, caller);
    const auto wanted = match_wanted(*headers.if_match, present).tag;
    if (present && wanted && *wanted != *present)
      return problem_of(events::Rejection{events::StaleTag{*present}});
  }
  return otherwise;
}

void Front::write(const Request& request, Reply& reply, Frame& frame, const Found& found,
                  const Holder& holder) {
  const Route& route = *found.route;
  const events::Caller& caller = holder->caller;
  json::Value body;
  if (route.body != BodyKind::none) {
    if (const auto problem = refuse_body(request, route)) return refuse(reply, frame, *problem);
    const std::size_t most = std::max(route.body_bytes_max, service_.settings.body_bytes_max);
    if (request.body.size() > most) return refuse(reply, frame, too_large(most));
    auto parsed = json::parse(request.body, {most, depth_max});
    if (!parsed)
      return refuse(reply, frame,
                    {ProblemKind::malformed_json,
                     "At byte " + std::to_string(parsed.error().offset) + ": " + parsed.error().detail});
    body = std::move(*parsed);
  }
  const auto headers = write_headers(request);
  if (!headers) return refuse(reply, frame, headers.error());
  if (const auto wanted = min_position(request); !wanted) return refuse(reply, frame, wanted.error());

  const auto id = events::Uuid::parse(found.parameter);
  if (!found.parameter.empty() && !id) return refuse(reply, frame, not_found());
  const auto unsent = [&](Problem otherwise) {
    refuse(reply, frame, refuse_unsent(route, caller, id, *headers, std::move(otherwise)));
  };
  const Query query = parse_query(route.asks, request.url().parameters);
  if (service_.settings.require_if_match && !headers->if_match &&
      route.path.find("{id}") != std::string_view::npos)
    return unsent(if_match_required());
  if (route.body != BodyKind::none && body.kind != json::Kind::object) {
    std::vector<Fault> faults = query.faults;
    faults.push_back({Fault::Place::pointer, "", "must be an object"});
    return unsent(invalid(std::move(faults)));
  }
  Intent intent = route.parse(id, query, body);
  if (!query.faults.empty()) {
    events::Faults* carried = faults_in(intent.command);
    if (carried == nullptr) return unsent(invalid(query.faults));
    for (const Fault& fault : query.faults)
      carried->push_back({"?" + fault.where, fault.detail});
  }

  auto pending = std::make_shared<Pending>();
  pending->idempotency_key = headers->idempotency_key ? *headers->idempotency_key : writer::key_made_inside();
  pending->route = &route;
  pending->run = intent.run;
  writer::Submission submission;
  submission.command = std::move(intent.command);
  submission.caller = caller;
  submission.run = intent.run;
  submission.request_bytes = request.body.size();
  submission.reason = headers->reason;
  submission.traceparent = headers->traceparent;
  submission.mark = writer::mark_of(caller, pending->idempotency_key,
                                    {request.method(), frame.path, query_part(request.target()),
                                     request.list("If-Match").value_or(""), request.body});
  if (headers->if_match && id) {
    const bool several = headers->if_match->entries.size() > 1;
    submission.if_match =
        match_wanted(*headers->if_match, several ? present_tag(*id, caller) : std::nullopt).tag;
  }
  pending->reply = std::move(reply);
  pending->frame = std::move(frame);
  pending->holder = holder;
  service_.submit.submit(std::move(submission), [this, pending](writer::Outcome outcome) {
    const auto make = [this, pending, outcome = std::move(outcome)] { return settle(*pending, outcome); };
    if (pending->route->heavy) return errands_.soon([pending, make] { pending->reply(make()); });
    Response response;
    response.later = make;
    pending->reply(std::move(response));
  });
}

Response Front::settled(const Pending& pending, const writer::Outcome& outcome,
                        std::optional<events::Position>& at) {
  const auto snapshot = service_.projector.latest();
  const events::Caller& caller = pending.holder->caller;
  const auto problem = [&](const Problem& said) { return said.response(pending.frame.request_id); };
  return std::visit(
      Match{[&](const writer::Written& written) {
              at = written.last;
              const Moment moment{*snapshot, written.time, written.last};
              Response response =
                  pending.route->render({service_, caller, moment, &written, nullptr, pending.run});
              if (written.replayed) response.header("Idempotency-Replayed", "true");
              return response;
            },
            [&](const writer::Unchanged& unchanged) {
              const bool dry = pending.run == writer::Submission::Run::dry;
              const events::Instant now = std::max(service_.now(), snapshot->applied().time);
              const Moment moment{*snapshot, dry ? unchanged.time : now, std::nullopt};
              at = snapshot->applied().position;
              return pending.route->render({service_, caller, moment, nullptr, &unchanged, pending.run});
            },
            [&](const writer::Judged& judged) {
              at = judged.at;
              return problem(problem_of(judged.rejection));
            },
            [&](const writer::OutcomeUnknown& unknown) {
              return problem(problem_of(unknown, pending.idempotency_key));
            },
            [&](const auto& refused) { return problem(problem_of(refused)); }},
      outcome);
}

/// What was written stays written when its answer cannot be made, and the client is told how to ask again.
Response Front::settle(const Pending& pending, const writer::Outcome& outcome) {
  std::optional<events::Position> at;
  Response response;
  try {
    response = settled(pending, outcome, at);
  } catch (const std::exception& fault) {
    if (const auto* damage = dynamic_cast<const projections::Damaged*>(&fault)) damaged(*damage);
    const Problem problem =
        problem_of(writer::OutcomeUnknown{std::string("The answer could not be made: ") + fault.what()},
                   pending.idempotency_key);
    response = problem.response(pending.frame.request_id);
  }
  finish(pending.frame, response, at ? at : applied());
  return response;
}

}  // namespace almanac::api
