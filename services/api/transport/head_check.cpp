#include "services/api/transport/head_check.hpp"

#include <algorithm>
#include <array>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>
#include <charconv>
#include <cstring>
#include <string>

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
  if (is_plain_path(target) && head.method() != "CONNECT") return std::nullopt;
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

/// RFC 3986 3.2.2 allows more in a name (sub-delimiters, percent-encoding); no host has it, and two servers
/// may read it as two hosts.
bool is_host_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           (c >= 'A' && c <= 'Z') || c == '_' || c == '~';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), plain);
}

bool is_port(std::string_view port) {
  unsigned number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == port.data() + port.size() && number >= 1 &&
         number <= 65'535;
}

bool host_is_well_formed(std::string_view host) {
  const bool literal = host.starts_with('[');
  const std::size_t colon = literal ? host.find(':', host.find(']')) : host.find(':');
  if (colon != std::string_view::npos && colon + 1 != host.size() && !is_port(host.substr(colon + 1)))
    return false;
  const std::string_view name = host.substr(0, colon);
  if (!literal) return is_host_name(name);
  const auto authority = boost::urls::parse_authority(name);
  return authority.has_value() && authority->host_type() == boost::urls::host_type::ipv6;
}

/// The headers that decide about framing and trust, from one walk over the lines.
struct Found {
  std::size_t hosts = 0, encodings = 0, lengths = 0;
  std::string_view host, encoding, length;
  bool odd_expectation = false;
  bool lookalike = false;
};

/// Names that read as a framing header once punctuation is dropped: some front ends take them for it
/// (http-desync-guardian, "ambiguous").
bool resembles_framing(std::string_view name) {
  std::string letters;
  for (const char c : lowered(name))
    if (c >= 'a' && c <= 'z') letters.push_back(c);
  return letters == "transferencoding" || letters == "contentlength";
}

Found find_framing(const Request& head) {
  Found found;
  for (std::size_t i = 0; i < head.header_lines(); ++i) {
    const auto [name, value] = head.header_line(i);
    if (same_name(name, "Host")) {
      ++found.hosts;
      found.host = value;
    } else if (same_name(name, "Transfer-Encoding")) {
      ++found.encodings;
      found.encoding = value;
    } else if (same_name(name, "Content-Length")) {
      ++found.lengths;
      found.length = value;
    } else if (same_name(name, "Expect")) {
      found.odd_expectation |= !same_name(value, "100-continue");
    } else if (name.size() > 12 && (name.back() | 0x20) >= 'g' && (name.back() | 0x20) <= 'h') {
      found.lookalike |= resembles_framing(name);
    }
  }
  return found;
}

std::optional<Problem> check_host(const Found& found, int version_minor) {
  if (found.hosts == 0 && version_minor == 0) return std::nullopt;
  if (found.hosts == 0) return Problem{Kind::malformed_request, "The Host header is missing."};
  if (found.hosts > 1) return Problem{Kind::malformed_request, "The Host header is there more than once."};
  if (!host_is_well_formed(found.host))
    return Problem{Kind::malformed_request, "The Host header is not a host and port."};
  return std::nullopt;
}

std::optional<Problem> check_transfer_encoding(const Found& found, int version_minor) {
  if (version_minor == 0) return Problem{Kind::malformed_request, "HTTP/1.0 has no Transfer-Encoding."};
  if (found.lengths != 0)
    return Problem{Kind::malformed_request, "Transfer-Encoding and Content-Length exclude each other."};
  if (found.encodings > 1)
    return Problem{Kind::malformed_request, "The Transfer-Encoding header is there more than once."};
  const std::string coding = lowered(found.encoding);
  if (coding == "chunked") return std::nullopt;
  constexpr std::array<std::string_view, 7> known{"chunked", "compress",   "deflate", "gzip",
                                                  "x-gzip",  "x-compress", "identity"};
  const std::string first = coding.substr(0, coding.find_first_of(" \t,;"));
  const bool is_token = !first.empty() && std::all_of(first.begin(), first.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  const bool unknown = is_token && std::find(known.begin(), known.end(), first) == known.end();
  // RFC 9112 6.1: 501 for a coding that is not understood; 6.3: 400 when chunked is not the last, so that the
  // length of the body cannot be known.
  const bool ends_chunked =
      is_token && coding.size() > 8 && coding.ends_with("chunked") && first != "chunked";
  if (unknown || ends_chunked)
    return Problem{Kind::not_implemented, "No transfer coding but chunked is spoken here."};
  return Problem{Kind::malformed_request, "Transfer-Encoding must be exactly: chunked."};
}

std::optional<Problem> check_content_length(const Found& found) {
  if (found.lengths > 1)
    return Problem{Kind::malformed_request, "The Content-Length header is there more than once."};
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (found.length.empty() || !std::all_of(found.length.begin(), found.length.end(), digit))
    return Problem{Kind::malformed_request, "Content-Length is not a number."};
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
  const Found found = find_framing(head);
  if (auto problem = check_host(found, head.version_minor)) return problem;
  if (found.lookalike)
    return Problem{Kind::malformed_request, "A header name resembles Transfer-Encoding or Content-Length."};
  if (found.encodings != 0) {
    if (auto problem = check_transfer_encoding(found, head.version_minor)) return problem;
  } else if (found.lengths != 0) {
    if (auto problem = check_content_length(found)) return problem;
  }
  if (head.version_minor == 1 && found.odd_expectation)
    return Problem{Kind::expectation_failed, "The only expectation known here is 100-continue."};
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
