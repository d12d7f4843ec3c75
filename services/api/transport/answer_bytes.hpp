#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "services/api/transport/http.hpp"

namespace almanac::api {

/// What the connection knows about the answer that it writes.
struct AnswerFacts {
  enum class Ending : std::uint8_t { keep_alive, close };
  Ending ending = Ending::keep_alive;
  int version_minor = 1;
  bool head_only = false;      // HEAD
  std::string_view date_line;  // with its CR LF
};

/// Appends status line, headers and, unless it is streamed, the body. A streamed body is announced as
/// chunked, or as ended by the end of the connection for HTTP/1.0.
void append_answer(std::string& out, const Response& response, const AnswerFacts& facts);

/// Appends one chunk of a chunked body (RFC 9112 7.1); an empty one would end the body, so it is left out.
void append_chunk(std::string& out, std::string_view piece);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// `Date: Tue, 15 Nov 1994 08:12:31 GMT` and CR LF (RFC 9110 5.6.7).
std::string date_line(std::chrono::system_clock::time_point now);

}  // namespace almanac::api
