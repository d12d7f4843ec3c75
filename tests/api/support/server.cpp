#include "tests/api/support/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace almanac::api::testing {

Handler::Admission RecordingHandler::admit(const Request& head) {
  if (admission) return admission(head);
  return {1u << 20, std::nullopt};
}

void RecordingHandler::handle(Request&& request, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    Seen one{std::string(request.method()), std::string(request.target()), request.body, {}};
    for (std::size_t i = 0; i < request.header_lines(); ++i)
      one.headers.emplace_back(request.header_line(i).name, request.header_line(i).value);
    seen_.push_back(std::move(one));
  }
  const auto at = std::find_if(routes_.begin(), routes_.end(),
                               [&](const auto& route) { return route.first == request.target(); });
  if (at != routes_.end()) {
    at->second(std::move(request), std::move(reply));
  } else {
    reply(plain(std::string(request.method()) + " " + std::string(request.target()) + " " + request.body));
  }
  {
    const std::lock_guard lock(mutex_);
    ++handled_;
  }
  handled_one_.notify_all();
}

void RecordingHandler::stamp(const Request* head, std::uint64_t, Response& response) {
  response.header("Almanac-Position", "42");
  if (head != nullptr) response.header("X-Had-Head", "yes");
}

std::vector<Seen> RecordingHandler::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void RecordingHandler::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  const bool came = handled_one_.wait_for(lock, std::chrono::seconds(10), [&] { return handled_ >= count; });
  EXPECT_TRUE(came) << "only " << handled_ << " of " << count << " requests came";
}

Server::Server(std::function<void(TransportSettings&, RecordingHandler&)> prepare) {
  TransportSettings settings;
  settings.linger_timeout = std::chrono::milliseconds(200);
  if (prepare) prepare(settings, handler);
  auto opened = Listener::open(settings, handler);
  if (!opened) throw std::runtime_error(opened.error());
  listener = std::move(*opened);
  if (const auto serving = listener->serve(); !serving) throw std::runtime_error(serving.error());
}

std::string get(std::string_view target, std::string_view more_headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_headers) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view more_headers) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

Response plain(std::string body) {
  Response response;
  response.header("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

}  // namespace almanac::api::testing
