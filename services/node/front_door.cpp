#include "services/node/front_door.hpp"

#include "services/api/access/development_key.hpp"

namespace almanac::node {
namespace {

constexpr std::size_t ops_connections_max = 256;

tl::expected<std::unique_ptr<api::Listener>, log::Failure> open(api::TransportSettings transport,
                                                                api::Handler& handler, const char* setting) {
  const std::string address = transport.address + ":" + std::to_string(transport.port);
  auto listener = api::Listener::open(std::move(transport), handler);
  if (!listener) {
    return tl::make_unexpected(
        log::Failure{"cannot listen on " + address + ": " + listener.error(),
                     std::string("give ") + setting + " an address of this machine and a port that is free"});
  }
  return std::move(*listener);
}

}  // namespace

tl::expected<std::unique_ptr<api::Listener>, log::Failure> open_listener(const Settings& settings,
                                                                         api::Handler& handler) {
  using std::chrono::seconds;
  const auto& http = settings.http;
  api::TransportSettings transport;
  transport.address = http.listen.host;
  transport.port = http.listen.port;
  transport.threads = http.threads;
  if (http.certificate && http.key) {
    transport.tls_certificate_file = http.certificate->string();
    transport.tls_key_file = http.key->string();
  }
  transport.head_timeout = seconds(http.head_timeout_s);
  transport.body_timeout = seconds(http.body_timeout_s);
  transport.idle_timeout = seconds(http.idle_timeout_s);
  transport.max_connections = http.max_connections;
  return open(std::move(transport), handler, "http.listen");
}

tl::expected<std::unique_ptr<api::Listener>, log::Failure> open_ops_listener(const ListenAddress& address,
                                                                             api::Handler& handler) {
  api::TransportSettings transport;
  transport.address = address.host;
  transport.port = address.port;
  transport.max_connections = ops_connections_max;
  return open(std::move(transport), handler, "ops.listen");
}

tl::expected<void, log::Failure> write_address_file(const std::filesystem::path& file,
                                                    const std::string& address) {
  const auto written = api::replace_file(file, address + "\n", 0644);
  if (written) return {};
  return tl::make_unexpected(
      log::Failure{written.error(), "give http.address_file a path that can be written"});
}

}  // namespace almanac::node
