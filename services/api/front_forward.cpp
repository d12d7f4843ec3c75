#include <algorithm>
#include <array>
#include <atomic>

#include "events/seeded_bug.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/front.hpp"
#include "services/api/requests/query.hpp"
#include "services/writer/idempotency.hpp"

// Writes that reach a node which does not own the log: one hop to the owner, under one idempotency key, so
// that a request which was lost on the way can be sent again, and the answer when this node has applied it.
namespace almanac::api {
namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds{5};  ///< for an owner that cannot be reached to be replaced
constexpr auto try_again_after = std::chrono::milliseconds{100};
constexpr auto applied_patience = std::chrono::seconds{2};  ///< for the owner's position to come here
constexpr std::string_view hop = "Almanac-Forwarded";

/// What a client may say to the owner; hop-by-hop fields and those of this connection are not among them.
constexpr std::array carried_there{"Authorization", "Content-Type",        "Content-Encoding", "Accept",
                                   "If-Match",      "Idempotency-Key",     "Almanac-Reason",   "traceparent",
                                   "tracestate",    "Almanac-Min-Position"};
/// What the owner may say to the client; positions, CORS and rate limits are this node's to say.
constexpr std::array carried_back{"Content-Type",     "Location",       "ETag",   "Idempotency-Replayed",
                                  "Cache-Control",    "Deprecation",    "Sunset", "Link",
                                  "WWW-Authenticate", "Retry-After",    "Allow",  "Accept",
                                  "Accept-Patch",     "Accept-Encoding"};

Peers::Letter letter_of(const Request& request, const std::string& key, const Owner& owner,
                        std::chrono::milliseconds timeout) {
  Peers::Letter letter{.url = owner.url,
                       .method = std::string(request.method()),
                       .target = std::string(request.target()),
                       .headers = {},
                       .body = request.body,
                       .timeout = timeout};
  for (std::size_t i = 0; i < request.header_lines(); ++i) {
    const auto line = request.header_line(i);
    if (std::ranges::none_of(carried_there, [&](auto name) { return same_name(line.name, name); })) continue;
    letter.headers.push_back(std::string(line.name) + ": " + std::string(line.value));
  }
  if (!request.header("Idempotency-Key")) {
    const bool another = events::seeded_bug("another_key_when_sent_again");
    letter.headers.push_back("Idempotency-Key: " + (another ? writer::key_made_inside() : key));
  }
  if (!request.header("Content-Type")) letter.headers.emplace_back("Content-Type:");  // none of libcurl's own
  letter.headers.push_back(std::string(hop) + ": 1");
  return letter;
}

Response response_of(Peers::Answer&& answer) {
  Response response;
  response.status = answer.status;
  for (const auto& said : answer.headers)
    if (std::ranges::any_of(carried_back, [&](auto known) { return same_name(said.first, known); }))
      response.header(said.first, said.second);
  response.body = std::move(answer.body);
  return response;
}

}  // namespace

struct Front::Forwarded {
  Request request;
  Reply reply;
  Frame frame;
  Holder holder;
  std::string key;
  steady_clock::time_point give_up_at;
  bool perhaps_sent = false;  ///< some owner may have acted on it
  std::atomic<bool> settled{false};
};

void Front::forward(Request&& request, Reply reply, Frame frame, Holder holder) {
  if (request.header(hop) && !events::seeded_bug("second_hop")) {
    const Problem problem = problem_of(
        writer::NotApplied{.reason = "This node does not own the log any more.", .elsewhere = true});
    return refuse(reply, frame, problem);
  }
  auto forwarded = std::make_shared<Forwarded>();
  const auto key = request.header("Idempotency-Key");
  forwarded->key = key ? std::string(*key) : writer::key_made_inside();
  forwarded->give_up_at = steady_clock::now() + patience;
  if (request.deadline != steady_clock::time_point{})
    forwarded->give_up_at = std::min(forwarded->give_up_at, request.deadline);
  forwarded->request = std::move(request);
  forwarded->reply = std::move(reply);
  forwarded->frame = std::move(frame);
  forwarded->holder = std::move(holder);
  attempt(forwarded);
}

void Front::attempt(const std::shared_ptr<Forwarded>& forwarded) {
  const Owner owner = service_.owner();
  if (owner.where == Owner::Where::here) {
    const Found found = find_route(forwarded->request.method(), forwarded->request.url().segments);
    return write(forwarded->request, forwarded->reply, forwarded->frame, found, forwarded->holder);
  }
  if (owner.where == Owner::Where::nowhere) {
    if (forwarded->perhaps_sent) return lost(forwarded, false, owner.why);
    return refuse(forwarded->reply, forwarded->frame, problem_of(writer::NotApplied{owner.why}));
  }
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(forwarded->give_up_at - steady_clock::now());
  const auto timeout = std::max(left, std::chrono::milliseconds{1});
  peers_->send(
      letter_of(forwarded->request, forwarded->key, owner, timeout),
      [this, forwarded, name = owner.name](tl::expected<Peers::Answer, Peers::Lost> answer) {
        if (answer) return came_back(forwarded, std::move(*answer));
        lost(forwarded, answer.error().sent == Peers::Lost::Sent::perhaps,
             "The node " + name + ", which owns the log, cannot be reached: " + answer.error().why + ".");
      });
}

void Front::lost(const std::shared_ptr<Forwarded>& forwarded, bool perhaps_sent, const std::string& why) {
  forwarded->perhaps_sent = forwarded->perhaps_sent || perhaps_sent;
  const auto again_at = steady_clock::now() + try_again_after;
  if (again_at < forwarded->give_up_at)
    return errands_.at(again_at, [this, forwarded] { attempt(forwarded); });
  const Problem problem = forwarded->perhaps_sent ? problem_of(writer::OutcomeUnknown{why}, forwarded->key)
                                                  : problem_of(writer::NotApplied{why});
  refuse(forwarded->reply, forwarded->frame, problem);
}

void Front::came_back(const std::shared_ptr<Forwarded>& forwarded, Peers::Answer&& answer) {
  // The owner that was asked had just been replaced, and this node is about to hear of it.
  if (!answer.header(hop).empty())
    return lost(forwarded, false,
                "The node that owned the log does so no more, and no other has claimed it yet.");
  const auto position = parse_decimal(answer.header("Almanac-Position"));
  auto response = std::make_shared<Response>(response_of(std::move(answer)));
  const auto settle = [this, forwarded, response, position] {
    if (!forwarded->settled.exchange(true))
      this->answer(forwarded->reply, forwarded->frame, std::move(*response), position);
  };
  if (!position || events::seeded_bug("answered_before_applied")) return settle();
  // Committed it is; a reader of this node sees it at once unless it lags behind by more than this.
  errands_.at(steady_clock::now() + applied_patience, settle);
  service_.projector.when_applied(*position, settle);
}

}  // namespace almanac::api
