// What the transport alone costs: the listener with a handler that answers constant bytes at once. Its ratio
// to bare_beast is the most that row 1 of design/goals.md can reach.
//
//   transport_floor PORT THREADS BODY_BYTES
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "services/api/transport/listener.hpp"

namespace {

using namespace almanac::api;

class Constant final : public Handler {
 public:
  explicit Constant(std::size_t bytes) : body_(std::make_shared<const std::string>(bytes, 'x')) {}
  Admission admit(const Request&) override { return {1u << 20, std::nullopt}; }
  void handle(Request&&, Reply reply) override {
    Response response;
    response.headers =
        "Content-Type: application/json\r\nAlmanac-Position: 123456\r\nCache-Control: private, no-cache\r\n";
    response.shared_body = body_;
    reply(std::move(response));
  }
  void stamp(const Request*, std::uint64_t, Response&) override {}

 private:
  std::shared_ptr<const std::string> body_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: transport_floor PORT THREADS BODY_BYTES\n";
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  Constant handler(static_cast<std::size_t>(std::atoi(argv[3])));
  TransportSettings settings;
  settings.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  settings.threads = static_cast<unsigned>(std::atoi(argv[2]));
  auto listener = Listener::open(settings, handler);
  if (!listener || !(*listener)->serve()) {
    std::cerr << (listener ? "cannot serve" : listener.error()) << "\n";
    return 1;
  }
  int signal = 0;
  sigwait(&stop, &signal);
  (*listener)->stop();
}
