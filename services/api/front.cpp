#include "services/api/front.hpp"

#include "services/api/answers/answer.hpp"
#include "services/api/request_figures.hpp"
#include "services/api/requests/accept.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t traceparent_max = 55;  // W3C Trace Context, version 00
constexpr std::string_view realm = "WWW-Authenticate: Bearer realm=\"almanac\"";

Problem unauthorized(std::string_view detail, std::string_view error, std::string reason = {}) {
  Problem problem{ProblemKind::unauthorized, std::string(detail)};
  problem.reason = std::move(reason);
  problem.headers.append(realm).append(error).append("\r\n");
  return problem;
}

/// What stands behind `Bearer `; nullopt when there are no credentials of that kind.
std::optional<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  if (header.size() < scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if ((header[i] >= 'A' && header[i] <= 'Z' ? header[i] + 32 : header[i]) != scheme[i]) return std::nullopt;
  header.remove_prefix(scheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

std::string scopes_text(std::uint8_t bits) {
  std::string text;
  for (std::uint8_t bit = 1; bit != 0 && bit <= 32; bit = static_cast<std::uint8_t>(bit << 1))
    if ((bits & bit) != 0)
      text.append(text.empty() ? "" : " ").append(events::name_of(static_cast<events::Scope>(bit)));
  return text;
}

bool is_operation(const Route& route) {
  return route.tag == "Operations";
}

Problem still_replaying(const Route* route) {
  Problem problem{ProblemKind::unavailable,
                  "This node is reading its log and serves nothing else yet; /readyz says how far it is."};
  problem.headers = "Retry-After: 2\r\n";
  if (route != nullptr && route->is_write()) problem.member("outcome", "not_applied");
  return problem;
}

}  // namespace

Front::Front(Service service) : service_(std::move(service)), feed_(service_.projector) {
  service_.feed = &feed_;
  if (service_.owner) peers_ = std::make_unique<Peers>();
  service_.stream_pieces = &stream_pieces_;
  for (unsigned i = 0; i < std::max(1U, service_.settings.threads); ++i)
    threads_.push_back(std::make_unique<Thread>(service_.settings.cache_bytes_max));
}

Front::~Front() {
  if (peers_ != nullptr) peers_->stop();
}

std::size_t Front::cache_bytes() const {
  std::size_t bytes = 0;
  for (const auto& thread : threads_)
    bytes += thread->cache.bytes();
  return bytes;
}

Front::Thread* Front::thread_of(const Request& request) {
  return request.thread < threads_.size() ? threads_[request.thread].get() : nullptr;
}

std::optional<events::Position> Front::applied() const {
  const auto snapshot = service_.projector.latest();
  return snapshot ? snapshot->applied().position : std::nullopt;
}

Front::Frame Front::frame_of(const Request& request) const {
  Frame frame;
  frame.request_id = request.id_text();
  frame.method = request.method();
  frame.path = request.target().substr(0, request.target().find('?'));
  frame.arrived_at = request.arrived_at;
  if (const auto trace = request.header("traceparent"); trace && trace->size() <= traceparent_max)
    frame.traceparent = *trace;
  if (service_.cors.on()) {
    Response stamped;
    service_.cors.stamp(request, stamped);
    frame.lines = std::move(stamped.headers);
  }
  return frame;
}

void Front::append_age(std::string& lines) const {
  const auto age = service_.log_out_of_reach ? service_.log_out_of_reach() : std::nullopt;
  if (age) lines.append("Almanac-Age: ").append(std::to_string(age->count())).append("\r\n");
}

void Front::finish(const Frame& frame, Response& response, std::optional<events::Position> at) const {
  if (at) response.headers.append("Almanac-Position: ").append(std::to_string(*at)).append("\r\n");
  append_age(response.headers);
  response.headers.append(frame.lines);
  if (service_.figures != nullptr) service_.figures->answered(frame.route, response.status, frame.arrived_at);
  tell(frame, response);
}

bool Front::tells(int status) const {
  return service_.told && (status >= 500 || (service_.tells_all && service_.tells_all()));
}

void Front::tell(const Frame& frame, const Response& response) const {
  if (!tells(response.status)) return;
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::steady_clock;
  const bool timed = frame.arrived_at != steady_clock::time_point{};
  service_.told({.request_id = frame.request_id,
                 .method = frame.method,
                 .path = frame.path,
                 .operation = frame.route == nullptr ? "none" : frame.route->operation,
                 .organization = frame.organization,
                 .traceparent = frame.traceparent,
                 .reason = response.reason,
                 .status = response.status,
                 .took = timed ? duration_cast<microseconds>(steady_clock::now() - frame.arrived_at)
                               : microseconds{0}});
}

void Front::answer(Reply& reply, const Frame& frame, Response&& response,
                   std::optional<events::Position> at) {
  finish(frame, response, at);
  reply(std::move(response));
}

void Front::refuse(Reply& reply, const Frame& frame, const Problem& problem,
                   std::optional<events::Position> at) {
  answer(reply, frame, problem.response(frame.request_id), at ? at : applied());
}

Problem Front::damaged(const projections::Damaged& damage) const {
  if (service_.damaged) service_.damaged(damage.what());
  return {ProblemKind::internal_error,
          "The read models of this node are damaged. They are rebuilt from the log when it starts again."};
}

tl::expected<Front::Holder, Problem> Front::credentials(const Request& request, Thread* thread) const {
  const auto header = request.header("Authorization");
  const auto token = header ? bearer_token(*header) : std::nullopt;
  if (!token) return tl::unexpected(unauthorized("A bearer token is required.", ""));
  constexpr std::string_view invalid_error = ", error=\"invalid_token\"";
  if (request.count("Authorization") != 1)
    return tl::unexpected(
        unauthorized("Invalid or expired token.", invalid_error, "two Authorization headers"));
  const events::Instant now = service_.now();
  auto checked = thread != nullptr ? service_.tokens.check(*token, now, thread->last)
                                   : service_.tokens.check(*token, now);
  if (checked) return std::move(*checked);
  if (checked.error().kind == TokenRefusal::Kind::no_organization)
    return tl::unexpected(Problem{ProblemKind::organization_required, checked.error().detail});
  return tl::unexpected(unauthorized("Invalid or expired token.", invalid_error, checked.error().detail));
}

std::optional<Problem> Front::refuse_rate(const events::Caller& caller, std::string& lines) {
  const RateVerdict verdict =
      service_.limits.take(caller.organization, caller.actor, std::chrono::steady_clock::now());
  if (!verdict.counted) return std::nullopt;
  verdict.append_headers(lines);
  if (verdict.admitted) return std::nullopt;
  return Problem{ProblemKind::rate_limited, "Too many requests: " + std::to_string(verdict.limit) +
                                                " a minute are allowed. Try again in " +
                                                std::to_string(verdict.retry_after_s) + " s."};
}

std::optional<Problem> Front::refuse_scopes(const Route& route, const events::Caller& caller) const {
  if ((route.scopes & caller.scopes.bits) != 0) return std::nullopt;
  // The scope that most callers of the route need, by which a client knows what to ask for.
  const auto first = static_cast<std::uint8_t>(route.scopes & -route.scopes);
  return missing_scope(scopes_text(first));
}

Handler::Admission Front::admit(const Request& head) {
  constexpr std::size_t patience = std::size_t{64} << 10;
  const Found found = find_route(head.method(), head.url().segments);
  if (found.route == nullptr || found.route->body == BodyKind::none) return {patience, std::nullopt};
  const Route& route = *found.route;
  const std::size_t most = route.body_bytes_max != 0
                               ? std::max(route.body_bytes_max, service_.settings.body_bytes_max)
                               : service_.settings.body_bytes_max;
  const auto length = head.header("Content-Length");
  const auto bytes = length ? parse_decimal(*length) : std::nullopt;
  const auto holder = credentials(head, thread_of(head));
  const auto refused = [&]() -> std::optional<Problem> {
    if (!holder) return holder.error();
    if (auto problem = refuse_scopes(route, (*holder)->caller)) return problem;
    if (auto problem = refuse_body(head, route)) return problem;
    if (bytes && *bytes > most) return too_large(most);
    return std::nullopt;
  }();
  if (!refused) return {most, std::nullopt};
  // A small body is read all the same, so that the connection can be used again; `handle` finds the same
  // fault.
  if (bytes && *bytes <= patience && !head.header("Expect")) return {patience, std::nullopt};
  Frame frame = frame_of(head);
  frame.route = &route;
  std::optional<Problem> over;
  if (holder) {
    frame.organization = (*holder)->caller.organization;
    over = refuse_rate((*holder)->caller, frame.lines);
  }
  Response response = (over ? *over : *refused).response(frame.request_id);
  finish(frame, response, applied());
  return {0, std::move(response)};
}

void Front::stamp(const Request* head, std::uint64_t request_id, Response& response) {
  Frame frame;
  if (head != nullptr) {
    frame = frame_of(*head);
    frame.route = find_route(head->method(), head->url().segments).route;
  } else {
    frame.arrived_at = std::chrono::steady_clock::now();
  }
  frame.request_id = request_id_text(request_id);
  finish(frame, response, applied());
}

void Front::answer_without_token(const Request& request, Reply& reply, const Found& found, Frame& frame) {
  if (!is_http_method(request.method()))
    return refuse(reply, frame,
                  {ProblemKind::not_implemented,
                   "The method " + std::string(request.method()) + " is not known to this service."});
  if (request.method() == "OPTIONS" && (!found.allow.empty() || request.url().asterisk)) {
    if (auto preflight = service_.cors.preflight(request, found.allow)) {
      frame.lines.clear();  // the preflight says all that there is to say about origins
      return answer(reply, frame, std::move(*preflight), applied());
    }
    Response response;
    response.status = 204;
    response.header("Allow", request.url().asterisk ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                                                    : std::string_view(found.allow));
    return answer(reply, frame, std::move(response), applied());
  }
  if (found.allow.empty())
    return refuse(reply, frame, {ProblemKind::not_found, "There is nothing at this path."});
  Problem problem{ProblemKind::method_not_allowed,
                  std::string(request.method()) + " is not allowed here; allowed are " + found.allow + "."};
  problem.headers = "Allow: " + found.allow + "\r\n";
  refuse(reply, frame, problem);
}

void Front::handle(Request&& request, Reply reply) {
  Thread* thread = thread_of(request);
  std::optional<tl::expected<Holder, Problem>> holder;
  const bool replaying = service_.replaying != nullptr && service_.replaying->load(std::memory_order_relaxed);
  const bool may_be_cached = !replaying && thread != nullptr && request.method() == "GET" &&
                             request.target().substr(0, 10) == "/v1/models";
  if (may_be_cached) {
    holder = credentials(request, thread);
    if (*holder && answer_from_cache(request, reply, *thread, **holder)) return;
  }
  Frame frame = frame_of(request);
  const Found found = find_route(request.method(), request.url().segments);
  frame.route = found.route;
  const bool served =
      found.route == nullptr ||
      (is_operation(*found.route) ? service_.settings.serves_operations : service_.settings.serves_api);
  if (!served) return refuse(reply, frame, {ProblemKind::not_found, "There is nothing at this path."});
  if (replaying && (found.route == nullptr || found.route->open == nullptr))
    return refuse(reply, frame, still_replaying(found.route));
  if (found.route == nullptr) return answer_without_token(request, reply, found, frame);
  const Route& route = *found.route;
  if (route.open != nullptr) {
    const Query query = parse_query(0, request.url().parameters);
    if (!query.faults.empty()) return refuse(reply, frame, invalid(query.faults));
    return answer(reply, frame, route.open(service_), applied());
  }
  if (!holder) holder = credentials(request, thread);
  if (!*holder) return refuse(reply, frame, holder->error());
  const events::Caller& caller = (**holder)->caller;
  frame.organization = caller.organization;
  if (const auto problem = refuse_rate(caller, frame.lines)) return refuse(reply, frame, *problem);
  if (const auto problem = refuse_scopes(route, caller)) return refuse(reply, frame, *problem);
  if (const auto accept = request.list("Accept"); accept && !route.accepted(*accept))
    return refuse(
        reply, frame,
        {ProblemKind::not_acceptable,
         "This answers with " + std::string(route.media) +
             (route.other_media.empty() ? "" : " or " + std::string(route.other_media)) + " alone."});
  if (route.is_write()) {
    if (service_.owner && service_.owner().where != Owner::Where::here)
      return forward(std::move(request), std::move(reply), std::move(frame), **holder);
    try {
      return write(request, reply, frame, found, **holder);
    } catch (const projections::Damaged& damage) {
      return refuse(reply, frame, damaged(damage));
    }
  }
  Reading reading{std::move(frame), &route, parse_query(route.asks, request.url().parameters),
                  events::Uuid::parse(found.parameter), **holder};
  read(std::move(request), std::move(reply), std::move(reading));
}

}  // namespace almanac::api
