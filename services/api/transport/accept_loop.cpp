#include "services/api/transport/accept_loop.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

#include "services/api/transport/connection.hpp"

namespace almanac::api {
namespace {

// So many connections beyond the limit are told so before they are closed; more are closed without a word.
constexpr std::size_t told_max = 256;

Peer peer_of(const boost::asio::ip::tcp::endpoint& endpoint, bool tls) {
  Peer peer;
  peer.port = endpoint.port();
  peer.tls = tls;
  peer.v6 = endpoint.address().is_v6();
  if (peer.v6) {
    const auto bytes = endpoint.address().to_v6().to_bytes();
    std::copy(bytes.begin(), bytes.end(), peer.address.begin());
  } else {
    const auto bytes = endpoint.address().to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), peer.address.begin());
  }
  return peer;
}

}  // namespace

AcceptLoop::AcceptLoop(std::shared_ptr<IoThread> thread, Acceptor acceptor, TlsContext* tls)
    : thread_(std::move(thread)), acceptor_(std::move(acceptor)), tls_(tls) {}

void AcceptLoop::start() {
  thread_->add(shared_from_this());
  accept();
}

void AcceptLoop::accept() {
  acceptor_.async_accept(thread_->context(), peer_,
                         [self = shared_from_this()](const boost::system::error_code& error, Socket socket) {
                           if (!self->acceptor_.is_open()) return;
                           if (error && error != boost::asio::error::connection_aborted) {
                             self->paused_ = true;
                             return;
                           }
                           try {
                             if (!error) self->take(std::move(socket));
                           } catch (...) {
                             // No memory for this one; the next may fit.
                           }
                           self->accept();
                         });
}

void AcceptLoop::take(Socket socket) {
  TransportFigures& figures = thread_->shared().figures;
  const std::size_t open = figures.connections_open.load();
  const std::size_t limit = thread_->settings().max_connections;
  if (open < limit) {
    figures.connections_accepted.fetch_add(1, std::memory_order_relaxed);
    if (const int size = thread_->settings().socket_send_buffer; size != 0) {
      boost::system::error_code ignored;
      socket.set_option(boost::asio::socket_base::send_buffer_size(size), ignored);
    }
    std::make_shared<Connection>(thread_, std::move(socket), peer_of(peer_, tls_ != nullptr))->start(tls_);
    return;
  }
  figures.connections_refused.fetch_add(1, std::memory_order_relaxed);
  if (tls_ != nullptr || open >= limit + told_max) return;  // the socket closes as it goes out of scope
  std::make_shared<Connection>(thread_, std::move(socket), peer_of(peer_, false))->refuse_at_capacity();
}

void AcceptLoop::sweep(SteadyTime) {
  if (!std::exchange(paused_, false)) return;
  accept();
}

void AcceptLoop::stopping() {
  abandon();
}

void AcceptLoop::abandon() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  thread_->remove(*this);
}

}  // namespace almanac::api
