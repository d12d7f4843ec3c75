#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace almanac::api {

/// What the transport is told. Times are milliseconds so that tests can be quick.
struct TransportSettings {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6 without brackets
  std::uint16_t port = 0;             // 0 takes a free one
  unsigned threads = 1;
  std::string tls_certificate_file, tls_key_file;  // both or none

  std::chrono::milliseconds head_timeout{10'000};  // first byte to last of a head; a TLS handshake too
  std::chrono::milliseconds body_timeout{30'000};  // the whole body
  std::chrono::milliseconds idle_timeout{75'000};  // between two requests
  std::chrono::milliseconds write_timeout{
      30'000};  // a piece of an answer (64 KiB of a stream) that nobody takes
  std::chrono::milliseconds answer_timeout{30'000};  // what `Request::deadline` allows a handler
  std::chrono::milliseconds drain_timeout{10'000};   // stop(): for requests whose head was read
  std::chrono::milliseconds linger_timeout{2'000};   // reading away what comes after a last answer

  std::size_t max_connections = 10'000;
  std::size_t target_bytes_max = 8'000;  // 414
  static constexpr std::size_t head_bytes_max =
      16'384;                  // 431; also the read buffer, and all trailers of a body
  int socket_send_buffer = 0;  // SO_SNDBUF when not 0
};

/// Counted since start, by all threads; for /metrics.
struct TransportFigures {
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};  // over max_connections
  std::atomic<std::uint64_t> requests_refused{0};     // answered by the transport itself: 4xx, 5xx
  std::atomic<std::uint64_t> timeouts{0};             // head, body, idle, write
  std::atomic<std::uint64_t> handler_exceptions{0};
  std::atomic<std::size_t> connections_open{0};
};

}  // namespace almanac::api
