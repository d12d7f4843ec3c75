// The baseline of rows 1 and 2 of design/goals.md: a Beast server that answers constant bytes to whatever it
// is asked, with everything that is known to make one fast (one io_context a thread under SO_REUSEPORT, a
// concrete executor, the parser fed from one read, prebuilt bytes, one write for all that was pipelined, no
// timers) and nothing that a service needs.
//
//   bare_beast PORT THREADS BODY_BYTES
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

std::string constant_answer;

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(Socket socket) : socket_(std::move(socket)) {
    Error ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    parser_.emplace();
  }

  void read() {
    socket_.async_read_some(buffer_.prepare(4096),
                            [self = shared_from_this()](const Error& error, std::size_t n) {
                              if (!error) self->on_read(n);
                            });
  }

 private:
  void on_read(std::size_t n) {
    buffer_.commit(n);
    out_.clear();
    while (buffer_.size() != 0) {
      Error error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error == http::error::need_more) break;
      if (error) return;
      if (!parser_->is_done()) break;
      out_.append(constant_answer);
      parser_.emplace();
    }
    Error error;
    const std::size_t sent = out_.empty() ? 0 : socket_.write_some(asio::buffer(out_), error);
    if (sent == out_.size()) return read();
    if (error && error != asio::error::would_block) return;
    asio::async_write(socket_, asio::buffer(out_) + sent,
                      [self = shared_from_this()](const Error& e, std::size_t) {
                        if (!e) self->read();
                      });
  }

  Socket socket_;
  boost::beast::flat_buffer buffer_{16'384};
  std::optional<http::request_parser<http::empty_body>> parser_;
  std::string out_;
};

class Server {
 public:
  explicit Server(unsigned short port) {
    acceptor_.open(tcp::v4());
    const int on = 1;
    setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind({asio::ip::address_v4::loopback(), port});
    acceptor_.listen();
    accept();
  }
  void run() { context_.run(); }

 private:
  void accept() {
    acceptor_.async_accept(context_, [this](const Error& error, Socket socket) {
      if (!error) std::make_shared<Session>(std::move(socket))->read();
      accept();
    });
  }

  asio::io_context context_{1};
  Acceptor acceptor_{context_};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bare_beast PORT THREADS BODY_BYTES\n";
    return 2;
  }
  const auto port = static_cast<unsigned short>(std::atoi(argv[1]));
  const std::string body(static_cast<std::size_t>(std::atoi(argv[3])), 'x');
  constant_answer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n" + body;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[2]); ++i)
    threads.emplace_back([port] { Server(port).run(); });
  for (auto& thread : threads)
    thread.join();
}
