#include "tests/api/support/raw_client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>

namespace almanac::api::testing {

std::string Answer::header(const std::string& name) const {
  const auto at = headers.find(name);
  return at == headers.end() ? "" : at->second;
}

RawClient::RawClient(std::uint16_t port, int receive_buffer) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer != 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    ADD_FAILURE() << "cannot connect to port " << port;
}

RawClient::~RawClient() {
  close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::finish_sending() {
  shutdown(socket_, SHUT_WR);
}

bool RawClient::fill() {
  if (ended_) return false;
  pollfd waiting{socket_, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) {
    ADD_FAILURE() << "nothing came within " << patience.count() << " ms";
    ended_ = true;
    return false;
  }
  char piece[65536];
  const ssize_t got = recv(socket_, piece, sizeof piece, 0);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  buffer_.append(piece, static_cast<std::size_t>(got));
  return true;
}

std::string RawClient::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

bool RawClient::closes() {
  while (fill()) {
  }
  return ended_ && buffer_.empty();
}

std::optional<Answer> RawClient::read_answer(bool to_head) {
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return std::nullopt;
  Answer answer;
  if (buffer_.rfind("HTTP/1.1 ", 0) != 0) ADD_FAILURE() << "not a status line: " << buffer_.substr(0, 40);
  answer.status = std::atoi(buffer_.c_str() + 9);
  std::size_t line = buffer_.find("\r\n") + 2;
  while (line < end + 2) {
    const std::size_t eol = buffer_.find("\r\n", line);
    const std::size_t colon = buffer_.find(": ", line);
    std::string name = buffer_.substr(line, colon - line);
    for (char& c : name)
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers.emplace(name, buffer_.substr(colon + 2, eol - colon - 2));
    line = eol + 2;
  }
  buffer_.erase(0, end + 4);
  answer.chunked = answer.header("transfer-encoding") == "chunked";
  const bool bodiless = to_head || answer.status == 204 || answer.status == 304 || answer.status == 100;
  answer.whole = bodiless || (answer.chunked ? take_chunked(answer) : take_body(answer));
  return answer;
}

bool RawClient::take_body(Answer& answer) {
  const std::string announced = answer.header("content-length");
  if (announced.empty()) {
    while (fill()) {
    }
    answer.body = std::exchange(buffer_, {});
    return true;
  }
  const std::size_t length = std::stoul(announced);
  while (buffer_.size() < length)
    if (!fill()) return false;
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return true;
}

bool RawClient::take_chunked(Answer& answer) {
  for (;;) {
    std::size_t eol;
    while ((eol = buffer_.find("\r\n")) == std::string::npos)
      if (!fill()) return false;
    const std::size_t size = std::stoul(buffer_.substr(0, eol), nullptr, 16);
    while (buffer_.size() < eol + 2 + size + 2)
      if (!fill()) return false;
    EXPECT_EQ(buffer_.substr(eol + 2 + size, 2), "\r\n");
    answer.body += buffer_.substr(eol + 2, size);
    buffer_.erase(0, eol + 2 + size + 2);
    if (size == 0) return true;
  }
}

std::vector<Answer> RawClient::read_until_closed(bool first_to_head) {
  std::vector<Answer> answers;
  while (auto answer = read_answer(first_to_head && answers.empty()))
    answers.push_back(std::move(*answer));
  EXPECT_EQ(buffer_, "") << "bytes that are no answer";
  return answers;
}

}  // namespace almanac::api::testing
