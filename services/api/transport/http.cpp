#include "services/api/transport/http.hpp"

#include <arpa/inet.h>

namespace almanac::api {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::string Peer::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), buffer.data(), static_cast<socklen_t>(buffer.size()));
  std::string host = buffer.data();
  if (v6) host = "[" + host + "]";
  return host + ":" + std::to_string(port);
}

const Target& Request::url() const {
  if (!url_) url_ = Target::parse(target()).value_or(Target{});
  return *url_;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const Field& line : lines_)
    if (same_name(view(line.name), name)) return view(line.value);
  return std::nullopt;
}

std::optional<std::string> Request::list(std::string_view name) const {
  std::optional<std::string> all;
  for (const Field& line : lines_) {
    if (!same_name(view(line.name), name)) continue;
    if (all) {
      all->append(", ").append(view(line.value));
    } else {
      all.emplace(view(line.value));
    }
  }
  return all;
}

std::size_t Request::count(std::string_view name) const {
  std::size_t found = 0;
  for (const Field& line : lines_)
    found += same_name(view(line.name), name) ? 1 : 0;
  return found;
}

std::string request_id_text(std::uint64_t id) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; id >>= 4)
    text[i] = "0123456789abcdef"[id & 15];
  return text;
}

void Request::start(std::string_view method, std::string_view target, int minor) {
  bytes_.clear();
  lines_.clear();
  version_minor = minor;
  keep_alive = minor == 1;
  start_again(method, target);
}

void Request::start_again(std::string_view method, std::string_view target) {
  line_.assign(method).append(target);
  method_size_ = method.size();
  url_.reset();
  body.clear();
}

void Request::add(std::string_view name, std::string_view value) {
  lines_.push_back({keep(name), keep(value)});
}

Request::Piece Request::keep(std::string_view text) {
  const Piece piece{static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())};
  bytes_.append(text);
  return piece;
}

Response& Response::header(std::string_view name, std::string_view value) {
  headers.append(name).append(": ");
  for (const char c : value)
    headers.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  headers.append("\r\n");
  return *this;
}

Reply& Reply::operator=(Reply&& other) noexcept {
  std::swap(door_, other.door_);
  std::swap(ticket_, other.ticket_);
  return *this;
}

Reply::~Reply() {
  if (door_) door_->dropped(ticket_);
}

void Reply::operator()(Response&& response) {
  if (const auto door = std::move(door_)) door->answer(ticket_, std::move(response));
}

}  // namespace almanac::api
