#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "services/api/transport/http.hpp"
#include "services/api/transport/listener.hpp"

namespace almanac::api::testing {

/// What a handler was given, kept for the test to look at.
struct Seen {
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Records every request and answers `200 <method> <target> <body>` unless a route says otherwise.
class RecordingHandler final : public Handler {
 public:
  using Route = std::function<void(Request&&, Reply)>;

  Admission admit(const Request& head) override;
  void handle(Request&& request, Reply reply) override;
  void stamp(const Request* head, std::uint64_t request_id, Response& response) override;

  /// Set before the server runs.
  void route(std::string target, Route route) { routes_.emplace_back(std::move(target), std::move(route)); }
  std::function<Admission(const Request&)> admission;

  std::vector<Seen> seen() const;
  /// Waits until `handle` has returned from that many requests; what their routes wrote can be read then.
  void wait_for_requests(std::size_t count);

 private:
  std::vector<std::pair<std::string, Route>> routes_;
  mutable std::mutex mutex_;
  std::condition_variable handled_one_;
  std::vector<Seen> seen_;
  std::size_t handled_ = 0;
};

/// A listener on a free port of 127.0.0.1 with short timeouts.
class Server {
 public:
  explicit Server(std::function<void(TransportSettings&, RecordingHandler&)> prepare = {});

  RecordingHandler handler;
  std::unique_ptr<Listener> listener;
  std::uint16_t port() const { return listener->port(); }
};

/// A plain GET of `target`.
std::string get(std::string_view target, std::string_view more_headers = "");
std::string post(std::string_view target, std::string_view body, std::string_view more_headers = "");
Response plain(std::string body);

}  // namespace almanac::api::testing
