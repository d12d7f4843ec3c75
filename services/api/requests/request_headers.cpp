#include "services/api/requests/request_headers.hpp"

#include <algorithm>
#include <array>

#include "services/api/requests/query.hpp"

namespace almanac::api {
namespace {

using Text = std::optional<std::string>;

bool printable(char c) {
  return c >= 0x20 && c <= 0x7e;
}

Problem malformed(std::string detail) {
  return {ProblemKind::malformed_header, std::move(detail)};
}

/// Bare, or a quoted string with `\"` and `\\` (RFC 8941, 3.3.3). nullopt: neither.
Text idempotency_key(std::string_view header) {
  std::string key;
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
    header = header.substr(1, header.size() - 2);
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header[i] == '"') return std::nullopt;
      if (header[i] == '\\') {
        if (++i == header.size() || (header[i] != '"' && header[i] != '\\')) return std::nullopt;
      }
      key.push_back(header[i]);
    }
  } else if (header.find('"') == std::string_view::npos) {
    key = header;
  }
  if (key.empty() || key.size() > 255 || !std::all_of(key.begin(), key.end(), printable)) return std::nullopt;
  return key;
}

/// version-trace-parent-flags, lower-case hex, neither id all zeros.
bool is_traceparent(std::string_view text) {
  constexpr std::array<std::size_t, 4> widths{2, 32, 16, 2};
  std::size_t at = 0;
  if (text.size() != 55 || text.substr(0, 2) == "ff") return false;
  for (const std::size_t width : widths) {
    const std::string_view part = text.substr(at, width);
    if (part.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
    if (width >= 16 && part.find_first_not_of('0') == std::string_view::npos) return false;
    at += width;
    if (at < text.size() && text[at++] != '-') return false;
  }
  return true;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

tl::expected<WriteHeaders, Problem> write_headers(const Request& request) {
  WriteHeaders headers;
  if (const auto key = request.header("Idempotency-Key")) {
    headers.idempotency_key = idempotency_key(*key);
    if (!headers.idempotency_key || request.count("Idempotency-Key") != 1)
      return tl::unexpected(
          malformed("Idempotency-Key must stand once and hold 1 to 255 printable characters."));
  }
  if (const auto reason = request.header("Almanac-Reason"); reason && !reason->empty()) {
    if (request.count("Almanac-Reason") != 1 || !is_text(*reason) || has_control(*reason) ||
        code_points(*reason) > 500)
      return tl::unexpected(malformed("Almanac-Reason must stand once and hold up to 500 characters."));
    headers.reason = *reason;
  }
  if (const auto trace = request.header("traceparent"); trace && is_traceparent(*trace))
    headers.traceparent = *trace;
  if (const auto match = request.list("If-Match")) {
    headers.if_match = TagList::parse(*match);
    if (!headers.if_match) return tl::unexpected(malformed("If-Match must be * or a list of entity tags."));
  }
  return headers;
}

tl::expected<std::optional<events::Position>, Problem> min_position(const Request& request) {
  const auto header = request.header("Almanac-Min-Position");
  if (!header) return std::nullopt;
  const auto position = parse_decimal(*header);
  if (!position || request.count("Almanac-Min-Position") != 1)
    return tl::unexpected(
        malformed("Almanac-Min-Position must stand once and be a position: decimal text without padding."));
  return position;
}

std::string media_type(const Request& request) {
  const auto header = request.header("Content-Type");
  if (!header || request.count("Content-Type") != 1) return {};
  std::string text(*header);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::size_t end = std::min(text.find(';'), text.size());
  std::string parameters = text.substr(end);
  std::string type = text.substr(0, end);
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
    type.pop_back();
  const std::size_t charset = parameters.find("charset=");
  if (charset != std::string::npos) {
    std::string value = parameters.substr(charset + 8);
    std::erase(value, '"');
    value = value.substr(0, value.find_first_of("; \t"));
    if (value != "utf-8" && value != "utf8" && value != "us-ascii") return {};
  }
  return type;
}

}  // namespace almanac::api
