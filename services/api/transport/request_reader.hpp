#pragma once
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "services/api/transport/http.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {

/// Turns the bytes of a connection into requests, with Beast's parser underneath and none of its containers:
/// its `fields` throws on a trailer of 64 KiB and merges trailers into the headers. Here a head is copied as
/// it is parsed, and trailers are dropped. Not thread-safe; one a connection.
class RequestReader {
 public:
  enum class Progress { more, head, complete, failed };
  struct Fed {
    std::size_t consumed;
    Progress progress;
  };

  /// A new request, to be read into `request`, which must stay where it is until the end.
  void begin(Request& request);
  /// Until the head is complete. `bytes` is all that is there and not consumed.
  Fed feed_head(std::string_view bytes, std::size_t target_bytes_max);
  /// How much of the head is in the request.
  bool has_request_line() const { return parser_ && parser_->line_done; }
  bool has_head() const { return parser_ && parser_->head_done; }
  /// After Progress::head: whether and how much of a body is announced.
  bool has_body() const { return has_body_; }
  std::optional<std::uint64_t> content_length() const;
  /// Bounds the body and the wire bytes that it may take, then feeds it.
  void admit_body(std::size_t body_bytes_max);
  Fed feed_body(std::string_view bytes);
  /// After Progress::failed.
  const Problem& failure() const { return *failure_; }

 private:
  class Parser final : public boost::beast::http::basic_parser<true> {
   public:
    explicit Parser(Request& request) : request_(&request) {}
    bool line_done = false;  // the request line
    bool head_done = false;
    bool done = false;

   private:
    using Error = boost::beast::error_code;
    using Text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Error&) override;
    void on_response_impl(int, Text, int, Error&) override {}
    void on_field_impl(boost::beast::http::field, Text name, Text value, Error&) override;
    void on_header_impl(Error&) override { head_done = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(Text text, Error&) override;
    void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text text, Error&) override;
    void on_finish_impl(Error&) override { done = true; }

    Request* request_;
  };

  Fed fail(std::size_t consumed, Problem problem);
  Problem describe_error(const boost::beast::error_code& error, std::string_view bytes) const;

  Request* request_ = nullptr;
  std::optional<Parser> parser_;
  std::optional<Problem> failure_;
  std::size_t head_bytes_ = 0;
  std::uint64_t body_wire_bytes_ = 0, body_wire_bytes_max_ = 0;
  std::size_t body_bytes_max_ = 0;
  bool started_ = false;
  bool has_body_ = false;
};

}  // namespace almanac::api
