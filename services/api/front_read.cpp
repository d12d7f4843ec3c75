#include <atomic>

#include "services/api/answers/answer.hpp"
#include "services/api/answers/conditional.hpp"
#include "services/api/front.hpp"
#include "services/api/request_figures.hpp"

namespace almanac::api {
namespace {

constexpr auto patience = std::chrono::seconds{2};

/// Whether If-None-Match names the tag. A malformed one is no condition (RFC 9110, 13.1.2 leaves it to us).
bool unchanged_since(const Request& request, std::string_view tag) {
  const auto header = request.list("If-None-Match");
  if (!header || tag.empty()) return false;
  const auto list = TagList::parse(*header);
  return list && none_match_hits(*list, tag);
}

Problem too_far_ahead(events::Position wanted) {
  Problem problem{ProblemKind::unavailable,
                  "Position " + std::to_string(wanted) + " has not been applied here within 2 s. Try again."};
  problem.headers = "Retry-After: 1\r\n";
  return problem;
}

}  // namespace

/// Held by the projector's call back and by the clock's, whichever comes first.
struct Front::Waiting {
  std::atomic<bool> settled{false};
  std::atomic<std::uint64_t> applied_call{0};
  Request request;
  Reply reply;
  Reading reading;
};

bool Front::answer_from_cache(const Request& request, Reply& reply, Thread& thread, const Holder& holder) {
  const events::Caller& caller = holder->caller;
  const std::string_view key = thread.cache.key(caller.organization, caller.scopes.bits, request.target());
  const AnswerCache::Entry* entry = thread.cache.find(key, service_.projector.generation(), service_.now());
  if (entry == nullptr || request.header("Almanac-Min-Position")) return false;
  if (const auto accept = request.header("Accept"); accept && *accept != "*/*") return false;
  Response response;
  if (const auto problem = refuse_rate(caller, response.headers)) {
    Frame frame = frame_of(request);
    frame.lines.append(response.headers);
    refuse(reply, frame, *problem);
    return true;
  }
  if (unchanged_since(request, entry->tag)) {
    response.status = 304;
    response.shared_headers = entry->headers_unchanged;
  } else {
    response.shared_headers = entry->headers;
    response.shared_body = entry->body;
  }
  append_age(response.headers);
  if (service_.cors.on()) service_.cors.stamp(request, response);
  if (service_.figures != nullptr)
    service_.figures->answered(entry->route, response.status, request.arrived_at);
  if (tells(response.status)) {
    Frame frame = frame_of(request);
    frame.route = entry->route;
    frame.organization = caller.organization;
    tell(frame, response);
  }
  reply(std::move(response));
  return true;
}

void Front::read(Request&& request, Reply reply, Reading reading) {
  const auto wanted = min_position(request);
  if (!wanted) return refuse(reply, reading.frame, wanted.error());
  if (reading.query.cursor && reading.query.cursor->empty())
    return refuse(reply, reading.frame, {ProblemKind::malformed_cursor, "cursor must not be empty."});
  if (!reading.query.faults.empty()) return refuse(reply, reading.frame, invalid(reading.query.faults));
  if (*wanted && **wanted > applied().value_or(0))
    return wait_for(**wanted, std::move(request), std::move(reply), std::move(reading));
  read_now(request, reply, reading, thread_of(request));
}

void Front::wait_for(events::Position position, Request&& request, Reply reply, Reading reading) {
  auto waiting = std::make_shared<Waiting>();
  waiting->request = std::move(request);
  waiting->reply = std::move(reply);
  waiting->reading = std::move(reading);
  errands_.at(Errands::Clock::now() + patience, [this, waiting, position] {
    if (waiting->settled.exchange(true)) return;
    service_.projector.cancel(waiting->applied_call.load());
    refuse(waiting->reply, waiting->reading.frame, too_far_ahead(position));
  });
  waiting->applied_call = service_.projector.when_applied(position, [this, waiting] {
    if (waiting->settled.exchange(true)) return;
    // Not on the committing thread, and not with an I/O thread's cache: this is another thread.
    errands_.soon([this, waiting] { read_now(waiting->request, waiting->reply, waiting->reading, nullptr); });
  });
}

void Front::read_now(const Request& request, Reply& reply, const Reading& reading, Thread* thread) {
  try {
    read_rows(request, reply, reading, thread);
  } catch (const projections::Damaged& damage) {
    refuse(reply, reading.frame, damaged(damage));
  }
}

void Front::read_rows(const Request& request, Reply& reply, const Reading& reading, Thread* thread) {
  const std::uint64_t generation = service_.projector.generation();  // before the rows: never newer than they
  const auto snapshot = service_.projector.latest();
  const projections::Applied& applied = snapshot->applied();
  const events::Instant t = std::max(service_.now(), applied.time);
  const events::Caller& caller = reading.holder->caller;
  std::optional<Past> past;
  if (reading.query.as_of) {
    auto resolved = resolve(*reading.query.as_of, service_, *snapshot, t);
    if (!resolved) return refuse(reply, reading.frame, resolved.error(), applied.position);
    past = *resolved;
  }
  const Moment moment =
      past ? Moment{*snapshot, past->t, past->position} : Moment{*snapshot, t, std::nullopt};
  ShownModel shown;
  Response response = reading.route->read({service_, request, caller, reading.query, reading.id, moment,
                                           shown, applied, reading.holder->expires_at});
  const bool may_keep = shown.cacheable && thread != nullptr && response.status == 200 && applied.position;
  if (may_keep &&
      thread->cache.wants(thread->cache.key(caller.organization, caller.scopes.bits, request.target()))) {
    const std::string position = "Almanac-Position: " + std::to_string(*applied.position) + "\r\n";
    AnswerCache::Entry entry;
    entry.route = reading.route;
    entry.generation = generation;
    entry.applied_time = applied.time;
    entry.from = t;
    entry.until = shown.until;
    entry.tag = shown.tag;
    entry.headers = std::make_shared<const std::string>(response.headers + position);
    entry.headers_unchanged =
        std::make_shared<const std::string>(not_modified(shown.tag, shown.lifecycle).headers + position);
    entry.body = std::make_shared<const std::string>(std::move(response.body));
    response.body.clear();
    response.shared_body = entry.body;
    thread->cache.keep(thread->cache.key(caller.organization, caller.scopes.bits, request.target()),
                       std::move(entry));
  }
  if (response.status == 200 && unchanged_since(request, shown.tag))
    response = not_modified(shown.tag, shown.lifecycle);
  if (past) response.header("Almanac-As-Of", past->pair());
  answer(reply, reading.frame, std::move(response), past ? past->position : applied.position);
}

}  // namespace almanac::api
