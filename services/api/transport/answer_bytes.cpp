#include "services/api/transport/answer_bytes.hpp"

#include <array>
#include <charconv>
#include <ctime>

namespace almanac::api {
namespace {

std::string_view status_line(int status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 201:
      return "HTTP/1.1 201 Created\r\n";
    case 204:
      return "HTTP/1.1 204 No Content\r\n";
    case 304:
      return "HTTP/1.1 304 Not Modified\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 401:
      return "HTTP/1.1 401 Unauthorized\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 406:
      return "HTTP/1.1 406 Not Acceptable\r\n";
    case 408:
      return "HTTP/1.1 408 Request Timeout\r\n";
    case 409:
      return "HTTP/1.1 409 Conflict\r\n";
    case 412:
      return "HTTP/1.1 412 Precondition Failed\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 414:
      return "HTTP/1.1 414 URI Too Long\r\n";
    case 415:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 417:
      return "HTTP/1.1 417 Expectation Failed\r\n";
    case 422:
      return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 428:
      return "HTTP/1.1 428 Precondition Required\r\n";
    case 429:
      return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 501:
      return "HTTP/1.1 501 Not Implemented\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    case 505:
      return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    default:
      return "HTTP/1.1 500 Internal Server Error\r\n";  // api.md: no other status is ever sent
  }
}

void append_number(std::string& out, std::size_t number, int base) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end.ptr);
}

}  // namespace

void append_answer(std::string& out, const Response& response, const AnswerFacts& facts) {
  const std::string& body = response.shared_body ? *response.shared_body : response.body;
  // RFC 9110 8.6: no Content-Length on a 204; on a 304 it would have to be that of the 200.
  const bool may_have_body = response.status != 204 && response.status != 304;
  out.append(status_line(response.status)).append(facts.date_line).append(response.headers);
  if (response.shared_headers) out.append(*response.shared_headers);
  const bool chunked = response.stream && facts.version_minor == 1;
  if (may_have_body && chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (may_have_body && !response.stream) {
    out.append("Content-Length: ");
    append_number(out, body.size(), 10);
    out.append("\r\n");
  }
  if (facts.ending == AnswerFacts::Ending::close) {
    out.append("Connection: close\r\n");
  } else if (facts.version_minor == 0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  if (may_have_body && !facts.head_only && !response.stream) out.append(body);
}

void append_chunk(std::string& out, std::string_view piece) {
  if (piece.empty()) return;
  append_number(out, piece.size(), 16);
  out.append("\r\n").append(piece).append("\r\n");
}

std::string date_line(std::chrono::system_clock::time_point now) {
  // Names by hand: strftime's follow the locale.
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  const auto two = [](int number) {
    std::string text = std::to_string(number);
    return text.size() < 2 ? "0" + text : text;
  };
  std::string line = "Date: ";
  line.append(days[static_cast<std::size_t>(utc.tm_wday)]).append(", ").append(two(utc.tm_mday)).append(" ");
  line.append(months[static_cast<std::size_t>(utc.tm_mon)]).append(" ");
  line.append(std::to_string(utc.tm_year + 1900)).append(" ");
  line.append(two(utc.tm_hour)).append(":").append(two(utc.tm_min)).append(":").append(two(utc.tm_sec));
  return line.append(" GMT\r\n");
}

}  // namespace almanac::api
