#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace almanac::api {

/// HTTP to other nodes: one thread, any number of requests under way at once, connections kept open between
/// them. Any thread may send. What is under way at the end is dropped without a call.
class Peers {
 public:
  struct Letter {
    std::string url;  ///< of the node: scheme, host and port
    std::string method;
    std::string target;                ///< as it stands on the request line
    std::vector<std::string> headers;  ///< `Name: value`
    std::string body;
    std::chrono::milliseconds timeout{0};  ///< for all of it
  };
  struct Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< in order, names as sent
    std::string body;

    /// The first of that name, without regard to case; empty when there is none.
    std::string_view header(std::string_view name) const;
  };
  /// No whole answer came.
  struct Lost {
    /// Bytes of the request may have reached the node, which may have acted on them.
    enum class Sent : std::uint8_t { no, perhaps } sent = Sent::no;
    std::string why;
  };
  using Done = std::function<void(tl::expected<Answer, Lost>)>;

  Peers();
  ~Peers();
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;

  /// `done` is called once, on the thread of this object; it must be quick and must not throw.
  void send(Letter letter, Done done);
  /// Drops what is under way and what is sent from now on. Again is nothing.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::api
