#include "services/api/transport/listener.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "services/api/transport/accept_loop.hpp"
#include "services/api/transport/io_thread.hpp"
#include "services/api/transport/tls.hpp"

namespace almanac::api {
namespace {

using boost::asio::ip::tcp;
using Error = boost::system::error_code;

void reuse_port(Acceptor& acceptor, Error& error) {
  const int on = 1;
  if (setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
    error.assign(errno, boost::system::system_category());
}

/// A second server of the same user could bind the port too, since ours share it: one that does not share it
/// asks first.
Error probe(boost::asio::io_context& context, const tcp::endpoint& endpoint) {
  Error error;
  Acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

Error bind_shared(Acceptor& acceptor, const tcp::endpoint& endpoint) {
  Error error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) reuse_port(acceptor, error);
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

}  // namespace

struct Listener::Parts {
  std::shared_ptr<TransportShared> shared = std::make_shared<TransportShared>();
  std::unique_ptr<TlsContext> tls;
  std::vector<std::shared_ptr<IoThread>> threads;
  std::vector<Acceptor> bound;  // until serve() hands them to the threads
  tcp::endpoint endpoint;
  bool serving = false;
};

Listener::Listener(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Listener::~Listener() {
  stop();
}

tl::expected<std::unique_ptr<Listener>, std::string> Listener::open(TransportSettings settings,
                                                                    Handler& handler) {
  auto parts = std::make_unique<Parts>();
  Error error;
  const auto address = boost::asio::ip::make_address(settings.address, error);
  if (error) return tl::unexpected("not an IP address: " + settings.address);
  parts->endpoint = {address, settings.port};
  if (!settings.tls_certificate_file.empty() || !settings.tls_key_file.empty()) {
    auto tls = TlsContext::load(settings.tls_certificate_file, settings.tls_key_file);
    if (!tls) return tl::unexpected(tls.error());
    parts->tls = std::move(*tls);
  }
  parts->shared->settings = std::move(settings);
  parts->shared->handler = &handler;
  for (unsigned i = 0; i < std::max(1u, parts->shared->settings.threads); ++i) {
    parts->threads.push_back(std::make_shared<IoThread>(i, parts->shared));
    auto& context = parts->threads.back()->context();
    if (i == 0 && parts->endpoint.port() != 0) error = probe(context, parts->endpoint);
    Acceptor& acceptor = parts->bound.emplace_back(context);
    if (!error) error = bind_shared(acceptor, parts->endpoint);
    if (!error) parts->endpoint = acceptor.local_endpoint(error);  // port 0 became a free one
    if (error) return tl::unexpected(text_of(parts->endpoint) + ": " + error.message());
  }
  return std::unique_ptr<Listener>(new Listener(std::move(parts)));
}

tl::expected<void, std::string> Listener::serve() {
  for (Acceptor& acceptor : parts_->bound) {
    Error error;
    acceptor.listen(4096, error);  // the kernel takes the smaller of this and net.core.somaxconn
    if (error) return tl::unexpected(address() + ": " + error.message());
  }
  parts_->serving = true;
  for (std::size_t i = 0; i < parts_->threads.size(); ++i) {
    const auto& thread = parts_->threads[i];
    auto loop = std::make_shared<AcceptLoop>(thread, std::move(parts_->bound[i]), parts_->tls.get());
    thread->post([loop = std::move(loop)] { loop->start(); });
    thread->start();
  }
  parts_->bound.clear();
  return {};
}

void Listener::stop() {
  if (!parts_ || !std::exchange(parts_->serving, false)) return;
  TransportShared& shared = *parts_->shared;
  for (const auto& thread : parts_->threads)
    thread->begin_stop();
  {
    std::unique_lock lock(shared.mutex);
    shared.drained.wait_for(lock, shared.settings.drain_timeout,
                            [&] { return shared.figures.connections_open.load() == 0; });
  }
  for (const auto& thread : parts_->threads)
    thread->finish_stop();
}

std::string Listener::address() const {
  return text_of(parts_->endpoint);
}

std::uint16_t Listener::port() const {
  return parts_->endpoint.port();
}

tl::expected<void, std::string> Listener::reload_tls() {
  if (!parts_->tls) return {};
  return parts_->tls->reload();
}

const TransportFigures& Listener::figures() const {
  return parts_->shared->figures;
}

}  // namespace almanac::api
