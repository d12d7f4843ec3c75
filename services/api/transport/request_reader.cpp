#include "services/api/transport/request_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "services/api/transport/head_check.hpp"
#include "services/api/transport/transport_settings.hpp"

namespace almanac::api {
namespace {

using Kind = ProblemKind;
using HttpError = boost::beast::http::error;

std::string_view standard(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

void RequestReader::Parser::on_request_impl(boost::beast::http::verb, Text method, Text target, int version,
                                            Error&) {
  line_done = true;
  request_->start(standard(method), standard(target), version - 10);
}

void RequestReader::Parser::on_field_impl(boost::beast::http::field, Text name, Text value, Error&) {
  if (!head_done) request_->add(standard(name), standard(value));
}

std::size_t RequestReader::Parser::on_body_impl(Text text, Error&) {
  request_->body.append(text.data(), text.size());
  return text.size();
}

std::size_t RequestReader::Parser::on_chunk_body_impl(std::uint64_t, Text text, Error& error) {
  return on_body_impl(text, error);
}

void RequestReader::begin(Request& request) {
  request_ = &request;
  parser_.emplace(request);
  parser_->header_limit(static_cast<std::uint32_t>(TransportSettings::head_bytes_max));
  parser_->body_limit(boost::none);
  failure_.reset();
  head_bytes_ = 0;
  body_wire_bytes_ = 0;
  started_ = false;
  has_body_ = false;
}

RequestReader::Fed RequestReader::feed_head(std::string_view bytes, std::size_t target_bytes_max) {
  std::size_t skipped = 0;
  if (!started_) {
    // RFC 9112 2.2: empty lines before a request line are ignored. They count as head, so that they have an
    // end.
    while (bytes.substr(skipped).starts_with("\r\n"))
      skipped += 2;
    head_bytes_ += skipped;
    if (bytes.size() == skipped || bytes.substr(skipped) == "\r") {
      if (head_bytes_ < TransportSettings::head_bytes_max) return {skipped, Progress::more};
      return fail(skipped, {Kind::malformed_request, "Nothing but empty lines."});
    }
    bytes.remove_prefix(skipped);
    started_ = true;
  }
  boost::beast::error_code error;
  const std::size_t consumed = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  head_bytes_ += consumed;
  const bool more = error == HttpError::need_more;
  if (error && !more && error != HttpError::header_limit)
    return fail(skipped + consumed, describe_error(error, bytes));
  if (has_folded_line(bytes.substr(0, consumed)))
    return fail(skipped + consumed, {Kind::malformed_request, "A header line is folded."});
  const std::size_t waiting = parser_->is_header_done() ? 0 : bytes.size() - consumed;
  if (error == HttpError::header_limit || head_bytes_ + waiting >= TransportSettings::head_bytes_max) {
    if (!parser_->line_done)
      return fail(skipped, {Kind::target_too_long, "The request target is longer than " +
                                                       std::to_string(target_bytes_max) + " bytes."});
    return fail(skipped + consumed, {Kind::head_too_large, "The request head is over 16 KiB."});
  }
  if (more || !parser_->is_header_done()) return {skipped + consumed, Progress::more};
  has_body_ = !parser_->is_done();
  request_->keep_alive = parser_->keep_alive();
  return {skipped + consumed, Progress::head};
}

std::optional<std::uint64_t> RequestReader::content_length() const {
  const auto length = parser_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

void RequestReader::admit_body(std::size_t body_bytes_max) {
  body_bytes_max_ = body_bytes_max;
  parser_->body_limit(static_cast<std::uint64_t>(body_bytes_max));
  parser_->eager(true);
  // A chunk of one byte costs six on the wire; a body made of those is an attack, small ones are let be.
  body_wire_bytes_max_ = 2 * static_cast<std::uint64_t>(body_bytes_max) + 65'536;
  constexpr std::uint64_t reserved_max = 262'144;  // what is announced is not yet sent
  request_->body.reserve(static_cast<std::size_t>(std::min(content_length().value_or(0), reserved_max)));
}

RequestReader::Fed RequestReader::feed_body(std::string_view bytes) {
  if (bytes.empty()) return {0, Progress::more};
  boost::beast::error_code error;
  const std::size_t consumed = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  body_wire_bytes_ += consumed;
  if (error && error != HttpError::need_more) return fail(consumed, describe_error(error, bytes));
  if (parser_->done) return {consumed, Progress::complete};
  if (body_wire_bytes_ > body_wire_bytes_max_)
    return fail(consumed, {Kind::body_too_large, "The chunked body spends too many bytes on its framing."});
  if (bytes.size() - consumed >= TransportSettings::head_bytes_max)
    return fail(consumed, {Kind::head_too_large, "A chunk header or the trailers are over 16 KiB."});
  return {consumed, Progress::more};
}

RequestReader::Fed RequestReader::fail(std::size_t consumed, Problem problem) {
  failure_.emplace(std::move(problem));
  return {consumed, Progress::failed};
}

Problem RequestReader::describe_error(const boost::beast::error_code& error, std::string_view bytes) const {
  if (error == HttpError::body_limit) return too_large(body_bytes_max_);
  if (error == HttpError::bad_version) return judge_bad_version(bytes);
  return {Kind::malformed_request, "The request is not HTTP/1.1: " + error.message() + "."};
}

}  // namespace almanac::api
