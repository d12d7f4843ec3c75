#pragma once
#include <atomic>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "services/api/transport/http.hpp"
#include "services/api/transport/io_thread.hpp"
#include "services/api/transport/problem.hpp"
#include "services/api/transport/request_reader.hpp"
#include "services/api/transport/tls.hpp"

namespace almanac::api {

/// One connection, plain or TLS: reads requests, hands each to the handler, writes the answers in order. One
/// request is under way at a time; what was pipelined behind it waits in the read buffer, and what was
/// answered from one read is written at once. Lives on one I/O thread; `answer` and `wake` may come from any.
class Connection final : public Swept,
                         public Reply::Door,
                         public Waker::Sleeper,
                         public Woken,
                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<IoThread> thread, Socket socket, const Peer& peer);
  ~Connection() override;

  /// Plain when `tls` is null.
  void start(TlsContext* tls);
  /// Says 503 and closes: there are too many connections.
  void refuse_at_capacity();

  void answer(std::uint64_t ticket, Response&& response) override;
  void dropped(std::uint64_t ticket) noexcept override;
  void wake() override;
  void woken() override;
  void sweep(SteadyTime now) override;
  void stopping() override;
  void abandon() override;

 private:
  enum class State : std::uint8_t { handshake, idle, head, body, handling, streaming, lingering, closed };
  using Error = boost::system::error_code;

  /// Every piece of work runs in this: whatever it throws closes this connection and nothing else.
  template <class Work>
  void guarded(Work work) noexcept {
    try {
      work();
    } catch (...) {
      thread_->shared().figures.handler_exceptions.fetch_add(1, std::memory_order_relaxed);
      thread_->out().clear();
      close();
    }
  }
  void read();
  void on_read(const Error& error, std::size_t n);
  void advance();
  bool step();
  bool step_head();
  bool repeat_head();
  void remember_head(std::string_view head);
  void start_request();
  bool step_body();
  void begin_body();
  void dispatch();
  void take_answer(Response&& response);
  bool pull();
  void end_stream(BodySource::Pull how);
  void become_idle();
  void refuse(const Problem& problem);
  void answer_with(const Problem& problem, const Request* head);
  bool flush();
  void write_pending();
  void on_written(const Error& error);
  void finish();
  void close();
  static constexpr std::size_t piece_bytes = 65'536;  // of a streamed body, and of a timeout's patience
  bool reads_requests() const {
    return state_ == State::idle || state_ == State::head || state_ == State::body;
  }

  const std::shared_ptr<IoThread> thread_;
  Socket socket_;
  std::unique_ptr<TlsStream> tls_;
  const Peer peer_;
  State state_ = State::idle;
  bool reading_ = false;     // a read is under way
  bool writing_ = false;     // a write is under way: nothing else is done until it is out
  bool in_handler_ = false;  // an answer that comes now came from within handle()
  bool closing_ = false;     // the last answer is in out
  bool unread_input_ =
      false;  // more may come after the last answer: read it away, or a reset takes the answer with it
  bool head_only_ = false;
  bool keep_alive_ = true;
  int version_minor_ = 1;
  std::uint64_t request_id_ = 0;
  std::uint64_t ticket_ = 0;  // of the request that is under way
  SteadyTime deadline_{};
  boost::beast::flat_buffer buffer_{TransportSettings::head_bytes_max};
  RequestReader reader_;
  Request request_;
  std::string last_headers_;           // of a GET that was served: the bytes behind its request line
  std::size_t last_header_lines_ = 0;  // which request_ still holds, unless a handler took it
  std::string pending_;                // what the socket did not take
  std::unique_ptr<BodySource> source_;
  bool source_waits_ = false;
  std::atomic<bool> wake_posted_{false};
};

}  // namespace almanac::api
