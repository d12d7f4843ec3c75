#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "services/api/transport/http.hpp"
#include "services/api/transport/transport_settings.hpp"

namespace almanac::api {

/// The HTTP server: an address, its I/O threads (each with a socket of its own under SO_REUSEPORT) and their
/// connections. The handler outlives it.
class Listener {
 public:
  /// Binds, so that an address that is taken or does not exist is known early. Serves nothing yet.
  static tl::expected<std::unique_ptr<Listener>, std::string> open(TransportSettings settings,
                                                                   Handler& handler);
  /// Starts the threads and accepts.
  tl::expected<void, std::string> serve();
  /// Stops accepting, ends idle connections and streams, lets every request whose head was read finish for at
  /// most `drain_timeout`, closes the rest. Blocks; the second call does nothing. Not from an I/O thread.
  void stop();
  ~Listener();

  /// As bound: `127.0.0.1:8080`, `[::1]:8080`.
  std::string address() const;
  std::uint16_t port() const;
  /// Certificate and key from their files again; on an error the old ones stay. Any thread.
  tl::expected<void, std::string> reload_tls();
  const TransportFigures& figures() const;

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  struct Parts;
  explicit Listener(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::api
