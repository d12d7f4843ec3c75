#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

#include "services/api/transport/answer_bytes.hpp"
#include "services/api/transport/connection.hpp"
#include "services/api/transport/problem.hpp"

// How a connection begins, streams, times out and ends; what it does for a request is in connection.cpp.

namespace almanac::api {
namespace asio = boost::asio;

Connection::Connection(std::shared_ptr<IoThread> thread, Socket socket, const Peer& peer)
    : thread_(std::move(thread)), socket_(std::move(socket)), peer_(peer) {
  thread_->shared().figures.connections_open.fetch_add(1);
}

Connection::~Connection() {
  TransportShared& shared = thread_->shared();
  if (shared.figures.connections_open.fetch_sub(1) != 1) return;
  const std::lock_guard lock(shared.mutex);
  shared.drained.notify_all();
}

void Connection::start(TlsContext* tls) {
  Error ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  thread_->add(shared_from_this());
  deadline_ = thread_->tick() + thread_->settings().head_timeout;
  if (tls == nullptr) return read();
  state_ = State::handshake;
  tls_ = tls->wrap(socket_);
  tls_->handshake([self = shared_from_this()](const Error& error) {
    if (error || self->state_ != State::handshake) return self->close();
    self->state_ = State::idle;
    self->guarded([&] { self->read(); });
  });
}

void Connection::refuse_at_capacity() {
  Error ignored;
  socket_.non_blocking(true, ignored);
  thread_->add(shared_from_this());
  thread_->tick();
  guarded([&] {
    Problem problem{ProblemKind::unavailable, "There are too many connections."};
    problem.headers = "Retry-After: 1\r\n";
    refuse(problem);
    advance();
  });
}

/// Appends the next piece of a streamed body; false when there is none yet.
bool Connection::pull() {
  std::string& out = thread_->out();
  // The room for a chunk's header is left in front, so that the piece is not copied again.
  constexpr std::size_t header = 8 + 2;
  const std::size_t at = out.size();
  if (version_minor_ == 1) out.append(header, ' ');
  const BodySource::Pull how = source_->pull(out, piece_bytes);
  const std::size_t size = out.size() - at - (version_minor_ == 1 ? header : 0);
  if (version_minor_ == 1 && size == 0) {
    out.resize(at);
  } else if (version_minor_ == 1) {
    // RFC 9112 7.1: a chunk size may have leading zeros.
    for (std::size_t i = 0, rest = size; i < 8; ++i, rest >>= 4)
      out[at + 7 - i] = "0123456789abcdef"[rest & 15];
    out[at + 8] = '\r';
    out[at + 9] = '\n';
    out.append("\r\n");
  }
  source_waits_ = how == BodySource::Pull::wait;
  if (how == BodySource::Pull::end || how == BodySource::Pull::abort) end_stream(how);
  return !source_waits_;
}

void Connection::end_stream(BodySource::Pull how) {
  source_.reset();
  if (how == BodySource::Pull::end) {
    if (version_minor_ == 1) thread_->out().append(last_chunk);
  } else {
    keep_alive_ = false;  // without the last chunk the reader knows that it has not got all
  }
  become_idle();
}

void Connection::wake() {
  if (!wake_posted_.exchange(true)) thread_->wake(shared_from_this());
}

void Connection::woken() {
  wake_posted_.store(false);
  guarded([&] {
    thread_->tick();
    if (state_ == State::streaming) advance();
  });
}

/// The last answer is out: says so, and reads away what may still come, or closing would reset it.
void Connection::finish() {
  state_ = State::lingering;
  deadline_ = thread_->now() + thread_->settings().linger_timeout;
  if (tls_) {
    tls_->shutdown([self = shared_from_this()](const Error&) { self->close(); });
    return;
  }
  Error ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (!unread_input_ && buffer_.size() == 0) return close();
  buffer_.consume(buffer_.size());
  read();
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  source_.reset();
  Error ignored;
  socket_.close(ignored);
  thread_->remove(*this);
}

void Connection::sweep(SteadyTime now) {
  guarded([&] {
    if (state_ == State::streaming && !writing_ && source_waits_) return advance();
    if (now < deadline_) return;
    if (state_ == State::lingering) return close();
    thread_->shared().figures.timeouts.fetch_add(1, std::memory_order_relaxed);
    if (writing_) {
      // Cut off: what the kernel still holds for this reader goes too.
      Error ignored;
      socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    }
    if (writing_ || !(state_ == State::head || state_ == State::body)) return close();
    refuse({ProblemKind::request_timeout, state_ == State::head ? "The request head did not come in time."
                                                                : "The request body did not come in time."});
    advance();
  });
}

void Connection::stopping() {
  guarded([&] {
    keep_alive_ = false;
    if (state_ == State::handshake || state_ == State::idle || state_ == State::head) {
      closing_ = true;
      if (!writing_) finish();
    } else if (state_ == State::streaming) {
      source_->stopping();
      if (!writing_) advance();
    }
  });
}

void Connection::abandon() {
  close();
}

}  // namespace almanac::api
