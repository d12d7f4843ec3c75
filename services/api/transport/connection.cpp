#include "services/api/transport/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "services/api/transport/answer_bytes.hpp"
#include "services/api/transport/head_check.hpp"
#include "services/api/transport/problem.hpp"

// The one hand-tuned file of the transport (goals.md row 1). A request costs one read and one write system
// call, no timer, no Beast message, no allocation of its own when the handler answers at once: answers are
// put together in the thread's buffer, sent with a direct non-blocking write, and only what the socket does
// not take is copied.

namespace almanac::api {
namespace asio = boost::asio;
namespace {

constexpr std::size_t small_read = 4096;        // most heads fit; an idle connection holds no more
constexpr std::size_t out_bytes_max = 262'144;  // answers to a pipeline are flushed when they reach this
constexpr SteadyTime never = SteadyTime::max();

}  // namespace

void Connection::read() {
  const std::size_t room = buffer_.max_size() - buffer_.size();
  if (reading_ || room == 0 || state_ == State::closed) return;
  reading_ = true;
  const auto space = buffer_.prepare(state_ == State::body ? room : std::min(room, small_read));
  if (tls_) {
    tls_->read_some(space,
                    [self = shared_from_this()](const Error& e, std::size_t n) { self->on_read(e, n); });
  } else {
    socket_.async_read_some(
        space, [self = shared_from_this()](const Error& e, std::size_t n) { self->on_read(e, n); });
  }
}

void Connection::on_read(const Error& error, std::size_t n) {
  reading_ = false;
  if (error || state_ == State::closed) return close();
  guarded([&] {
    thread_->tick();
    buffer_.commit(n);
    if (state_ == State::lingering) buffer_.consume(buffer_.size());
    if (state_ == State::lingering) return read();
    // Behind a streamed answer one read is enough to learn that the reader has gone.
    if (state_ != State::streaming) advance();
  });
}

/// Does all that can be done without waiting.
void Connection::advance() {
  for (int pulls = 0; !writing_ && state_ != State::lingering && state_ != State::closed;) {
    const bool streaming = state_ == State::streaming;
    const bool moved = !closing_ && (streaming ? pull() : step());
    if (moved && !streaming && !closing_ && thread_->out().size() < out_bytes_max) continue;
    if (!flush()) return;
    if (closing_) return finish();
    if (!moved) break;
    // A reader that keeps up would keep the thread.
    if (streaming && ++pulls == 16)
      return asio::post(thread_->context(),
                        [self = shared_from_this()] { self->guarded([&] { self->advance(); }); });
  }
  // A streamed answer is read behind only while nothing waits in the buffer, which may not change under a
  // read.
  if (reads_requests() || (state_ == State::streaming && buffer_.size() == 0)) read();
}

/// One step of reading; false when more bytes, or an answer, must come first.
bool Connection::step() {
  if (state_ == State::idle) {
    if (buffer_.size() == 0) return false;
    if (repeat_head()) return true;
    state_ = State::head;
    deadline_ = thread_->now() + thread_->settings().head_timeout;
    last_headers_.clear();  // what request_ holds from here on is not theirs
    reader_.begin(request_);
  }
  if (state_ == State::head) return step_head();
  return state_ == State::body && step_body();
}

bool Connection::step_head() {
  const auto data = buffer_.cdata();
  const std::string_view bytes(static_cast<const char*>(data.data()), data.size());
  const auto fed = reader_.feed_head(bytes, thread_->settings().target_bytes_max);
  if (fed.progress == RequestReader::Progress::more) {
    buffer_.consume(fed.consumed);
    return false;
  }
  if (fed.progress == RequestReader::Progress::failed) {
    buffer_.consume(fed.consumed);
    refuse(reader_.failure());
    return true;
  }
  start_request();
  const auto problem = check_head(request_, thread_->settings().target_bytes_max);
  if (!problem && !reader_.has_body()) remember_head(bytes.substr(0, fed.consumed));
  buffer_.consume(fed.consumed);
  if (problem) {
    refuse(*problem);
  } else if (reader_.has_body()) {
    begin_body();
  } else {
    dispatch();
  }
  return true;
}

void Connection::start_request() {
  request_.thread = thread_->index();
  request_.peer = peer_;
  request_.id = request_id_ = thread_->next_request_id();
  request_.arrived_at = thread_->now();
  request_.deadline = thread_->now() + thread_->settings().answer_timeout;
  version_minor_ = request_.version_minor;
  head_only_ = request_.method() == "HEAD";
  keep_alive_ = request_.keep_alive;
}

/// Keep-alive clients send the same headers with every request, tokens of a kilobyte among them, and Beast
/// looks at each byte (half of a request's user time). What headers mean depends on their bytes and the
/// version alone: a GET whose header bytes are those of the last GET that was served here, which had no body,
/// has its headers already in request_.
bool Connection::repeat_head() {
  constexpr std::string_view method = "GET ", version = " HTTP/1.1\r\n";
  if (last_headers_.empty() || request_.header_lines() != last_header_lines_) return false;
  const auto data = buffer_.cdata();
  const std::string_view bytes(static_cast<const char*>(data.data()), data.size());
  const std::size_t blank = bytes.find(' ', method.size());
  if (blank == std::string_view::npos || !bytes.starts_with(method)) return false;
  const std::size_t whole = blank + version.size() + last_headers_.size();
  if (bytes.size() < whole || bytes.substr(blank, version.size()) != version) return false;
  if (bytes.substr(blank + version.size(), last_headers_.size()) != last_headers_) return false;
  const std::string_view target = bytes.substr(method.size(), blank - method.size());
  // Any other target is judged in step_head, with all that can be said of it.
  if (target.size() > thread_->settings().target_bytes_max || !is_plain_path(target)) return false;
  request_.start_again("GET", target);
  buffer_.consume(whole);
  start_request();
  dispatch();
  return true;
}

/// `head` was accepted, and no body follows it.
void Connection::remember_head(std::string_view head) {
  constexpr std::size_t remembered_max = 4096;
  const std::size_t line = head.find("\r\n") + 2;
  const bool usual = head.starts_with("GET /") && request_.version_minor == 1 && request_.keep_alive;
  if (!usual || head.size() - line > remembered_max) return;
  last_headers_.assign(head.substr(line));
  last_header_lines_ = request_.header_lines();
}

void Connection::begin_body() {
  Handler::Admission admission = thread_->shared().handler->admit(request_);
  if (admission.refusal) {
    unread_input_ = true;
    admission.refusal->close = true;
    return take_answer(std::move(*admission.refusal));
  }
  if (reader_.content_length().value_or(0) > admission.body_bytes_max)
    return refuse(too_large(admission.body_bytes_max));
  reader_.admit_body(admission.body_bytes_max);
  state_ = State::body;
  deadline_ = thread_->now() + thread_->settings().body_timeout;
  // RFC 9110 10.1.1: not to HTTP/1.0, and not when the body comes anyway. check_head knows no other
  // expectation.
  if (version_minor_ == 1 && buffer_.size() == 0 && request_.header("Expect"))
    thread_->out().append("HTTP/1.1 100 Continue\r\n\r\n");
}

bool Connection::step_body() {
  const auto bytes = buffer_.cdata();
  const auto fed = reader_.feed_body({static_cast<const char*>(bytes.data()), bytes.size()});
  buffer_.consume(fed.consumed);
  if (fed.progress == RequestReader::Progress::more) return fed.consumed != 0;
  if (fed.progress == RequestReader::Progress::failed) {
    refuse(reader_.failure());
  } else {
    dispatch();
  }
  return true;
}

void Connection::dispatch() {
  state_ = State::handling;
  deadline_ = never;  // the reply comes or is dropped, and then answers by itself
  in_handler_ = true;
  try {
    thread_->shared().handler->handle(std::move(request_), Reply(shared_from_this(), ++ticket_));
  } catch (...) {
    // The reply was dropped on the way here, and that has answered 500.
    thread_->shared().figures.handler_exceptions.fetch_add(1, std::memory_order_relaxed);
  }
  in_handler_ = false;
}

void Connection::answer(std::uint64_t ticket, Response&& response) {
  if (thread_->runs_here() && in_handler_) {
    if (ticket == ticket_ && state_ == State::handling) guarded([&] { take_answer(std::move(response)); });
    return;
  }
  thread_->post([self = shared_from_this(), ticket, late = std::move(response)]() mutable {
    if (self->state_ != State::handling || ticket != self->ticket_) return;
    self->guarded([&] {
      self->thread_->tick();
      self->take_answer(std::move(late));
      self->advance();
    });
  });
}

/// The handler let go of its reply: nobody else will answer.
void Connection::dropped(std::uint64_t ticket) noexcept {
  const auto say_so = [](Connection& self, std::uint64_t asked) {
    if (self.state_ != State::handling || asked != self.ticket_) return;
    self.answer_with({ProblemKind::internal_error, "The request was not answered."}, nullptr);
  };
  if (thread_->runs_here() && in_handler_) return guarded([&] { say_so(*this, ticket); });
  try {
    thread_->post([self = shared_from_this(), ticket, say_so] {
      self->guarded([&] {
        self->thread_->tick();
        say_so(*self, ticket);
        self->advance();
      });
    });
  } catch (...) {
    // No memory to post: the connection stays until the server stops.
  }
}

void Connection::answer_with(const Problem& problem, const Request* head) {
  Response response = problem.response(request_id_text(request_id_));
  thread_->shared().handler->stamp(head, request_id_, response);
  take_answer(std::move(response));
}

void Connection::take_answer(Response&& response) {
  if (response.later) response = response.later();
  const bool close_delimited = response.stream && version_minor_ == 0;
  const bool close = response.close || !keep_alive_ || thread_->is_stopping() || close_delimited;
  AnswerFacts facts;
  facts.ending = close ? AnswerFacts::Ending::close : AnswerFacts::Ending::keep_alive;
  facts.version_minor = version_minor_;
  facts.head_only = head_only_;
  facts.date_line = thread_->date();
  append_answer(thread_->out(), response, facts);
  keep_alive_ = !close;
  if (response.stream && !head_only_) {
    source_ = std::move(response.stream);
    state_ = State::streaming;
    source_waits_ = false;
    deadline_ = never;
    source_->started(Waker(std::weak_ptr<Waker::Sleeper>(weak_from_this())));
    if (thread_->is_stopping()) source_->stopping();
    return;
  }
  become_idle();
}

void Connection::become_idle() {
  state_ = State::idle;
  closing_ = !keep_alive_;
  deadline_ = thread_->now() + thread_->settings().idle_timeout;
}

/// Answers for the transport itself. What follows on the wire is not to be trusted: the connection closes.
void Connection::refuse(const Problem& problem) {
  thread_->shared().figures.requests_refused.fetch_add(1, std::memory_order_relaxed);
  const bool has_head = state_ == State::head && reader_.has_head();
  const Request* head = has_head || state_ == State::body ? &request_ : nullptr;
  if (head == nullptr) {
    request_id_ = thread_->next_request_id();
    version_minor_ = 1;
    head_only_ = state_ == State::head && reader_.has_request_line() && request_.method() == "HEAD";
  }
  unread_input_ = true;
  keep_alive_ = false;
  answer_with(problem, head);
}

/// Sends what is in the thread's buffer; false when the socket did not take all of it.
bool Connection::flush() {
  std::string& out = thread_->out();
  if (out.empty()) return true;
  std::size_t sent = 0;
  if (!tls_) {
    Error error;
    sent = socket_.write_some(asio::buffer(out), error);
    if (error && error != asio::error::would_block) {
      out.clear();
      close();
      return false;
    }
  }
  if (sent < out.size()) pending_.assign(out, sent);
  out.clear();
  if (out.capacity() > 4 * out_bytes_max) out.shrink_to_fit();
  if (pending_.empty()) return true;
  write_pending();
  return false;
}

void Connection::write_pending() {
  writing_ = true;
  // All of it must be out in time, however it drips; a large answer may take longer.
  const auto pieces = static_cast<int>(pending_.size() / piece_bytes);
  deadline_ = thread_->now() + thread_->settings().write_timeout + std::chrono::seconds(1) * pieces;
  if (tls_) {
    tls_->write_all(asio::buffer(pending_), [self = shared_from_this()](const Error& error, std::size_t) {
      self->on_written(error);
    });
  } else {
    asio::async_write(
        socket_, asio::buffer(pending_),
        [self = shared_from_this()](const Error& error, std::size_t) { self->on_written(error); });
  }
}

void Connection::on_written(const Error& error) {
  writing_ = false;
  if (error || state_ == State::closed) return close();
  guarded([&] {
    const SteadyTime now = thread_->tick();
    pending_.clear();
    if (pending_.capacity() > piece_bytes) pending_.shrink_to_fit();
    if (state_ == State::idle) deadline_ = now + thread_->settings().idle_timeout;
    if (state_ == State::body) deadline_ = now + thread_->settings().body_timeout;
    if (state_ == State::handling || state_ == State::streaming) deadline_ = never;
    if (closing_) return finish();
    advance();
  });
}

}  // namespace almanac::api
