#pragma once
#include <memory>
#include <string>
#include <vector>

#include "services/api/answers/answer_cache.hpp"
#include "services/api/errands.hpp"
#include "services/api/feed.hpp"
#include "services/api/forward/peers.hpp"
#include "services/api/requests/request_headers.hpp"
#include "services/api/resources/stream_pieces.hpp"
#include "services/api/routes.hpp"
#include "services/api/service.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {

/// What is behind the transport: finds the route, judges a request in the order of api.md, answers reads from
/// the latest snapshot on the I/O thread, and hands writes to the writer. Every I/O thread at once.
/// The writer and the transport are stopped before it goes.
class Front final : public Handler {
 public:
  explicit Front(Service service);
  ~Front() override;

  Admission admit(const Request& head) override;
  void handle(Request&& request, Reply reply) override;
  void stamp(const Request* head, std::uint64_t request_id, Response& response) override;

  /// Of cached answers, of all threads. Any thread.
  std::size_t cache_bytes() const;

 private:
  using Holder = std::shared_ptr<const Bearer>;
  /// What one I/O thread keeps for itself.
  struct Thread {
    explicit Thread(std::size_t cache_bytes_max) : cache(cache_bytes_max) {}
    Tokens::Last last;
    AnswerCache cache;
  };
  /// What every answer to one request carries.
  struct Frame {
    std::string request_id;
    std::string lines;  ///< header lines: CORS, rate limits
    std::string method, path;
    std::string organization, traceparent;  ///< for the log
    const Route* route = nullptr;           ///< nullptr: none was found
    std::chrono::steady_clock::time_point arrived_at{};
  };
  /// A read that is in order but for the position that it waits for.
  struct Reading {
    Frame frame;
    const Route* route = nullptr;
    Query query;
    std::optional<events::Uuid> id;
    Holder holder;
  };
  struct Waiting;
  /// A command on its way.
  struct Pending {
    Reply reply;
    Frame frame;
    const Route* route = nullptr;
    Holder holder;
    std::string idempotency_key;
    writer::Submission::Run run = writer::Submission::Run::real;
  };

  // front.cpp: routing, credentials, what goes onto every answer
  Thread* thread_of(const Request& request);
  Frame frame_of(const Request& request) const;
  tl::expected<Holder, Problem> credentials(const Request& request, Thread* thread) const;
  /// Draws on the rate limits and notes the figures on the frame; 429 when there is nothing left.
  std::optional<Problem> refuse_rate(const events::Caller& caller, std::string& lines);
  std::optional<Problem> refuse_scopes(const Route& route, const events::Caller& caller) const;
  bool answer_from_cache(const Request& request, Reply& reply, Thread& thread, const Holder& holder);
  /// Whether an answer of this status goes to the log.
  bool tells(int status) const;
  void tell(const Frame& frame, const Response& response) const;
  /// Adds what every answer to the request carries, counts it and tells of it.
  void finish(const Frame& frame, Response& response, std::optional<events::Position> at) const;
  void answer(Reply& reply, const Frame& frame, Response&& response, std::optional<events::Position> at);
  void refuse(Reply& reply, const Frame& frame, const Problem& problem,
              std::optional<events::Position> at = std::nullopt);
  /// 500 for rows that cannot be read; whoever runs the node is told.
  Problem damaged(const projections::Damaged& damage) const;
  void answer_without_token(const Request& request, Reply& reply, const Found& found, Frame& frame);
  /// Almanac-Age while the log cannot be reached.
  void append_age(std::string& lines) const;
  std::optional<events::Position> applied() const;

  // front_read.cpp
  void read(Request&& request, Reply reply, Reading reading);
  void read_now(const Request& request, Reply& reply, const Reading& reading, Thread* thread);
  void read_rows(const Request& request, Reply& reply, const Reading& reading, Thread* thread);
  void wait_for(events::Position position, Request&& request, Reply reply, Reading reading);

  // front_write.cpp
  /// Takes reply and frame once nothing can fail any more.
  void write(const Request& request, Reply& reply, Frame& frame, const Found& found, const Holder& holder);
  std::optional<Problem> refuse_body(const Request& request, const Route& route) const;
  /// The judgements before validation, on the latest snapshot: for a request whose faults no command can
  /// carry.
  Problem refuse_unsent(const Route& route, const events::Caller& caller,
                        const std::optional<events::Uuid>& id, const WriteHeaders& headers,
                        Problem otherwise) const;
  std::optional<events::Tag> present_tag(const events::Uuid& id, const events::Caller& caller) const;
  Response settle(const Pending& pending, const writer::Outcome& outcome);
  Response settled(const Pending& pending, const writer::Outcome& outcome,
                   std::optional<events::Position>& at);

  // front_forward.cpp
  struct Forwarded;
  /// To the node that owns the log, again when it is lost on the way, and back once its position is applied
  /// here.
  void forward(Request&& request, Reply reply, Frame frame, Holder holder);
  void attempt(const std::shared_ptr<Forwarded>& forwarded);
  void watch(const std::shared_ptr<Forwarded>& forwarded, int number, const std::string& url);
  void lost(const std::shared_ptr<Forwarded>& forwarded, int number, bool perhaps_sent,
            const std::string& why);
  void came_back(const std::shared_ptr<Forwarded>& forwarded, int number, Peers::Answer&& answer);

  Service service_;
  Feed feed_;
  StreamPieces stream_pieces_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::unique_ptr<Peers>
      peers_;        // where writes may belong elsewhere; stopped before the errands, to which it hands
  Errands errands_;  // last: its thread is gone before anything that it uses
};

}  // namespace almanac::api
