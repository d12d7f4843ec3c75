#include "services/api/head_check.hpp"

#include <algorithm>
#include <array>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>
#include <cstring>

namespace almanac::api {
namespace {

using Kind = ProblemKind;

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// The methods that HTTP knows (IANA registry, safe subset of WebDAV left out): anything else is 501. Which
/// of them a path has is the routes' matter, 405.
bool is_http_method(std::string_view method) {
  constexpr std::array<std::string_view, 9> known{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                  "DELETE", "OPTIONS", "TRACE", "CONNECT"};
  return std::find(known.begin(), known.end(), method) != known.end();
}

std::optional<Problem> check_target(const Request& head, std::size_t target_bytes_max) {
  const std::string_view target = head.target();
  if (target.size() > target_bytes_max)
    return Problem{Kind::target_too_long,
                   "The request target is longer than " + std::to_string(target_bytes_max) + " bytes."};
  const auto visible_ascii = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(target.begin(), target.end(), visible_ascii))
    return Problem{Kind::malformed_request,
                   "The request target holds bytes outside visible ASCII; percent-encode them."};
  if (head.method() == "CONNECT") {
    Problem problem{Kind::method_not_allowed, "This is not a proxy."};
    problem.headers = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";
    return problem;
  }
  if (target == "*" && head.method() != "OPTIONS")
    return Problem{Kind::malformed_request, "The target * belongs to OPTIONS alone."};
  if (!target_is_well_formed(target))
    return Problem{Kind::malformed_request, "The request target is not a well-formed path and query."};
  return std::nullopt;
}

bool host_is_well_formed(std::string_view host) {
  if (host.empty()) return false;
  const auto authority = boost::urls::parse_authority(host);
  return authority.has_value() && !authority->has_userinfo() && !authority->encoded_host().empty() &&
         (!authority->has_port() || authority->port().empty() || authority->port_number() != 0);
}

std::optional<Problem> check_host(const Request& head) {
  const std::size_t lines = head.count("Host");
  if (lines == 0) {
    if (head.version_minor == 0) return std::nullopt;
    return Problem{Kind::malformed_request, "The Host header is missing."};
  }
  if (lines > 1) return Problem{Kind::malformed_request, "The Host header is there more than once."};
  if (!host_is_well_formed(*head.header("Host")))
    return Problem{Kind::malformed_request, "The Host header is not a host and port."};
  return std::nullopt;
}

std::optional<Problem> check_transfer_encoding(const Request& head) {
  if (head.version_minor == 0) return Problem{Kind::malformed_request, "HTTP/1.0 has no Transfer-Encoding."};
  if (head.count("Content-Length") != 0)
    return Problem{Kind::malformed_request, "Transfer-Encoding and Content-Length exclude each other."};
  if (head.count("Transfer-Encoding") > 1)
    return Problem{Kind::malformed_request, "The Transfer-Encoding header is there more than once."};
  const std::string coding = lowered(*head.header("Transfer-Encoding"));
  if (coding == "chunked") return std::nullopt;
  constexpr std::array<std::string_view, 7> known{"chunked", "compress",   "deflate", "gzip",
                                                  "x-gzip",  "x-compress", "identity"};
  const std::string first = coding.substr(0, coding.find_first_of(" \t,;"));
  const bool is_token = !coding.empty() && std::all_of(first.begin(), first.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  const bool unknown = is_token && std::find(known.begin(), known.end(), first) == known.end();
  const bool ends_chunked = coding.size() > 8 && coding.ends_with("chunked") && first != "chunked";
  if (!first.empty() && (unknown || ends_chunked))
    return Problem{Kind::not_implemented, "No transfer coding but chunked is spoken here."};
  return Problem{Kind::malformed_request, "Transfer-Encoding must be exactly: chunked."};
}

std::optional<Problem> check_content_length(const Request& head) {
  if (head.count("Content-Length") > 1)
    return Problem{Kind::malformed_request, "The Content-Length header is there more than once."};
  const std::string_view length = *head.header("Content-Length");
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (length.empty() || !std::all_of(length.begin(), length.end(), digit))
    return Problem{Kind::malformed_request, "Content-Length is not a number."};
  return std::nullopt;
}

std::optional<Problem> check_expect(const Request& head) {
  for (std::size_t i = 0; i < head.header_lines(); ++i) {
    const auto [name, value] = head.header_line(i);
    if (lowered(name) == "expect" && lowered(value) != "100-continue")
      return Problem{Kind::expectation_failed, "The only expectation known here is 100-continue."};
  }
  return std::nullopt;
}

}  // namespace

bool has_folded_line(std::string_view bytes) {
  while (const void* found = std::memchr(bytes.data(), '\n', bytes.size())) {
    bytes.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) + 1);
    if (bytes.empty()) return false;
    if (bytes.front() == ' ' || bytes.front() == '\t') return true;
  }
  return false;
}

std::optional<Problem> check_head(const Request& head, std::size_t target_bytes_max) {
  if (!is_http_method(head.method()))
    return Problem{Kind::not_implemented, "The method is not one of HTTP's."};
  if (auto problem = check_target(head, target_bytes_max)) return problem;
  if (auto problem = check_host(head)) return problem;
  if (head.header("Transfer-Encoding")) {
    if (auto problem = check_transfer_encoding(head)) return problem;
  } else if (head.header("Content-Length")) {
    if (auto problem = check_content_length(head)) return problem;
  }
  if (head.version_minor == 1 && head.header("Expect")) return check_expect(head);
  return std::nullopt;
}

Problem judge_bad_version(std::string_view start_line) {
  const std::string_view line = start_line.substr(0, start_line.find('\r'));
  const auto blank = line.rfind(' ');
  const std::string_view version = blank == std::string_view::npos ? line : line.substr(blank + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) &&
                           version[6] == '.' && digit(version[7]);
  if (well_formed && version != "HTTP/1.0" && version != "HTTP/1.1")
    return {Kind::version_not_supported, "HTTP/1.1 and HTTP/1.0 are spoken here."};
  return {Kind::malformed_request, "The request line does not end in an HTTP version."};
}

}  // namespace almanac::api
