#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <utility>

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
constexpr auto look_for_another_after = std::chrono::milliseconds{250};
constexpr auto answer_patience = std::chrono::seconds{30};  ///< without a deadline of the transport's
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

Peers::Letter letter_of(const Request& request, const Owner& owner, std::chrono::milliseconds timeout) {
  Peers::Letter letter{.url = owner.url,
                       .method = std::string(request.method()),
                       .target = std::string(request.target()),
                       .headers = {},
                       .body = request.body,
                       .timeout = timeout};
  for (std::size_t i = 0; i < request.header_lines(); ++i) {
    const auto line = request.header_line(i);
    if (std::ranges::none_of(carried_there, [&](auto name) { return same_name(line.name, name); })) continue;
    if (same_name(line.name, "Idempotency-Key") && events::seeded_bug("another_key_when_sent_again")) {
      letter.headers.push_back("Idempotency-Key: " + writer::key_made_inside());
      continue;
    }
    letter.headers.push_back(std::string(line.name) + ": " + std::string(line.value));
  }
  if (!request.header("Content-Type")) letter.headers.emplace_back("Content-Type:");  // none of libcurl's own
  letter.headers.push_back(std::string(hop) + ": 1");
  return letter;
}

Response response_of(Peers::Answer&& answer) {
  Response response;
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers)
    if (std::ranges::any_of(carried_back, [&](auto known) { return same_name(name, known); }))
      response.header(name, value);
  response.body = std::move(answer.body);
  return response;
}

}  // namespace

/// Several attempts may be under way: the one that an owner which hangs will never answer, and the one to
/// its successor. They share a key, so whichever answers first answers for all.
struct Front::Forwarded {
  Request request;
  Reply reply;
  Frame frame;
  Holder holder;
  std::string key;
  steady_clock::time_point deadline;

  std::mutex mutex;
  int attempt = 0;  ///< the latest one's number
  bool settled = false;
  bool perhaps_sent = false;                           ///< some owner may have acted on it
  std::optional<steady_clock::time_point> give_up_at;  ///< since it was lost first

  bool is_latest(int number) const { return !settled && number == attempt; }
  /// Who may answer: true once.
  bool take() {
    const std::lock_guard lock(mutex);
    return !std::exchange(settled, true);
  }
};

void Front::forward(Request&& request, Reply reply, Frame frame, Holder holder) {
  if (request.header(hop) && !events::seeded_bug("second_hop")) {
    const Problem problem = problem_of(
        writer::NotApplied{.reason = "This node does not own the log any more.", .elsewhere = true});
    return refuse(reply, frame, problem);
  }
  const auto headers = write_headers(request);
  if (!headers) return refuse(reply, frame, headers.error());
  auto forwarded = std::make_shared<Forwarded>();
  forwarded->key = headers->idempotency_key ? *headers->idempotency_key : writer::key_made_inside();
  if (!headers->idempotency_key) request.add("Idempotency-Key", forwarded->key);
  forwarded->deadline = request.deadline != steady_clock::time_point{}
                            ? request.deadline
                            : steady_clock::now() + answer_patience;
  forwarded->request = std::move(request);
  forwarded->reply = std::move(reply);
  forwarded->frame = std::move(frame);
  forwarded->holder = std::move(holder);
  attempt(forwarded);
}

void Front::attempt(const std::shared_ptr<Forwarded>& forwarded) {
  int number = 0;
  bool perhaps_sent = false;
  {
    const std::lock_guard lock(forwarded->mutex);
    if (forwarded->settled) return;
    number = ++forwarded->attempt;
    perhaps_sent = forwarded->perhaps_sent;
  }
  const Owner owner = service_.owner();
  if (owner.where == Owner::Where::here) {
    if (!forwarded->take()) return;
    const Found found = find_route(forwarded->request.method(), forwarded->request.url().segments);
    return write(forwarded->request, forwarded->reply, forwarded->frame, found, forwarded->holder);
  }
  if (owner.where == Owner::Where::nowhere) {
    if (perhaps_sent) return lost(forwarded, number, false, owner.why);
    if (forwarded->take())
      refuse(forwarded->reply, forwarded->frame, problem_of(writer::NotApplied{owner.why}));
    return;
  }
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(forwarded->deadline - steady_clock::now());
  peers_->send(
      letter_of(forwarded->request, owner, std::max(left, std::chrono::milliseconds{1})),
      [this, forwarded, number, name = owner.name](tl::expected<Peers::Answer, Peers::Lost> answer) {
        if (answer) return came_back(forwarded, number, std::move(*answer));
        lost(forwarded, number, answer.error().sent == Peers::Lost::Sent::perhaps,
             "The node " + name + ", which owns the log, cannot be reached: " + answer.error().why + ".");
      });
  watch(forwarded, number, owner.url);
}

/// An owner that hangs answers nobody; when another one is there, that one is asked.
void Front::watch(const std::shared_ptr<Forwarded>& forwarded, int number, const std::string& url) {
  errands_.at(steady_clock::now() + look_for_another_after, [this, forwarded, number, url] {
    {
      const std::lock_guard lock(forwarded->mutex);
      if (!forwarded->is_latest(number)) return;
    }
    const Owner owner = service_.owner();
    const bool the_same = owner.where == Owner::Where::elsewhere && owner.url == url;
    if (the_same || owner.where == Owner::Where::nowhere) return watch(forwarded, number, url);
    {
      const std::lock_guard lock(forwarded->mutex);
      if (!forwarded->is_latest(number)) return;
      forwarded->perhaps_sent = true;
    }
    attempt(forwarded);
  });
}

void Front::lost(const std::shared_ptr<Forwarded>& forwarded, int number, bool perhaps_sent,
                 const std::string& why) {
  {
    const std::lock_guard lock(forwarded->mutex);
    if (!forwarded->is_latest(number)) return;
    perhaps_sent = forwarded->perhaps_sent = forwarded->perhaps_sent || perhaps_sent;
    const auto now = steady_clock::now();
    if (!forwarded->give_up_at) forwarded->give_up_at = std::min(forwarded->deadline, now + patience);
    if (now + try_again_after < *forwarded->give_up_at)
      return errands_.at(now + try_again_after, [this, forwarded] { attempt(forwarded); });
    forwarded->settled = true;
  }
  const Problem problem = perhaps_sent ? problem_of(writer::OutcomeUnknown{why}, forwarded->key)
                                       : problem_of(writer::NotApplied{why});
  refuse(forwarded->reply, forwarded->frame, problem);
}

void Front::came_back(const std::shared_ptr<Forwarded>& forwarded, int number, Peers::Answer&& answer) {
  // The owner that was asked had just been replaced, and this node is about to hear of it.
  if (!answer.header(hop).empty())
    return lost(forwarded, number, false,
                "The node that owned the log does so no more, and no other has claimed it yet.");
  if (answer.status == describe(ProblemKind::unavailable).status) {
    // One that was given up for its successor has no say any more.
    const std::lock_guard lock(forwarded->mutex);
    if (!forwarded->is_latest(number)) return;
  }
  const auto position = parse_decimal(answer.header("Almanac-Position"));
  auto response = std::make_shared<Response>(response_of(std::move(answer)));
  const auto settle = [this, forwarded, response, position] {
    if (forwarded->take()) this->answer(forwarded->reply, forwarded->frame, std::move(*response), position);
  };
  if (!position || events::seeded_bug("answered_before_applied")) return settle();
  // Committed it is; a reader of this node sees it at once unless it lags behind by more than this.
  errands_.at(steady_clock::now() + applied_patience, settle);
  service_.projector.when_applied(*position, settle);
}

}  // namespace almanac::api
