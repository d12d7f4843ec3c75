#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace almanac::api::testing {

/// One answer as it came on the wire, taken apart by hand so that no library of the server's judges the
/// server.
struct Answer {
  int status = 0;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool chunked = false;
  bool whole = false;  // the body ended as its framing said

  std::string header(const std::string& name) const;
};

/// A TCP client that sends exactly the bytes it is told. Every wait ends after `patience`.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the peer has closed or reset.
  bool send(std::string_view bytes);
  void finish_sending();
  /// The next answer; nullopt when the connection ended before its head was whole. `to_head` for HEAD.
  std::optional<Answer> read_answer(bool to_head = false);
  /// All further answers, until the server closes. A connection that stays open beyond `patience` fails the
  /// test.
  /// `first_to_head`: the first one answers a HEAD.
  std::vector<Answer> read_until_closed(bool first_to_head = false);
  std::string read_some();
  /// Whether the server closes, within `patience`, without another byte.
  bool closes();
  /// What was received and not yet taken.
  const std::string& received() const { return buffer_; }
  int descriptor() const { return socket_; }

  std::chrono::milliseconds patience{10'000};

 private:
  bool fill();
  bool take_body(Answer& answer);
  bool take_chunked(Answer& answer);

  int socket_ = -1;
  std::string buffer_;
  bool ended_ = false;
};

}  // namespace almanac::api::testing
