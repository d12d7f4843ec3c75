#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "services/api/transport/io_thread.hpp"
#include "services/api/transport/tls.hpp"

namespace almanac::api {

/// Takes new connections on one I/O thread from that thread's own listening socket.
class AcceptLoop final : public Swept, public std::enable_shared_from_this<AcceptLoop> {
 public:
  /// `tls` is null for plain HTTP and outlives the loop.
  AcceptLoop(std::shared_ptr<IoThread> thread, Acceptor acceptor, TlsContext* tls);

  /// On the I/O thread.
  void start();
  void sweep(SteadyTime now) override;
  void stopping() override;
  void abandon() override;

 private:
  void accept();
  void take(Socket socket);

  const std::shared_ptr<IoThread> thread_;
  Acceptor acceptor_;
  TlsContext* const tls_;
  boost::asio::ip::tcp::endpoint peer_;
  bool paused_ = false;  // out of descriptors: again at the next sweep
};

}  // namespace almanac::api
