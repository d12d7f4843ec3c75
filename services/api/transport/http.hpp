#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/api/transport/target.hpp"

namespace almanac::api {

/// Who is at the other end of a connection.
struct Peer {
  std::array<std::uint8_t, 16> address{};  // the first 4 bytes when not v6
  std::uint16_t port = 0;
  bool v6 = false;
  bool tls = false;

  std::string text() const;
};

/// Whether two header names are the same: without regard to ASCII case.
bool same_name(std::string_view a, std::string_view b);

/// 16 lower-case hex digits.
std::string request_id_text(std::uint64_t id);

/// One request. The head is a copy made as soon as it was read and before any of the body, so that nothing
/// which comes later (trailers above all) can change what was authorised. Owns its bytes; movable between
/// threads, used by one at a time.
class Request {
 public:
  struct Line {
    std::string_view name, value;
  };

  std::string_view method() const { return {line_.data(), method_size_}; }
  /// As it came on the wire: origin-form, absolute-form or `*` (OPTIONS only). Holds visible ASCII only.
  std::string_view target() const { return std::string_view(line_).substr(method_size_); }
  /// The target decoded by Boost.URL at the first call and kept. The transport has refused a malformed one.
  const Target& url() const;

  /// The first header of that name, ASCII-case-insensitively, without surrounding white space.
  std::optional<std::string_view> header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// All lines of that name as the one list that they are (RFC 9110, 5.3); nullopt when there is none.
  std::optional<std::string> list(std::string_view name) const;
  std::size_t header_lines() const { return lines_.size(); }
  Line header_line(std::size_t i) const { return {view(lines_[i].name), view(lines_[i].value)}; }

  int version_minor = 1;  // HTTP/1.0 or HTTP/1.1, nothing else gets here
  bool keep_alive = true;
  unsigned thread = 0;  // index of the I/O thread, 0 .. http.threads - 1, for caches without locks
  Peer peer;
  std::uint64_t id = 0;
  std::chrono::steady_clock::time_point arrived_at{};  // when the read that completed the head returned
  std::chrono::steady_clock::time_point deadline{};    // a handler answers by then, 503 if it must
  std::string body;                                    // without transfer coding; trailers are dropped

  /// As in `urn:almanac:request:<id>`.
  std::string id_text() const { return request_id_text(id); }

  // For the transport and for tests: building a head.
  void start(std::string_view method, std::string_view target, int minor);
  void add(std::string_view name, std::string_view value);
  /// A new request line over the headers that are there, for a client that repeats itself.
  void start_again(std::string_view method, std::string_view target);

 private:
  struct Piece {
    std::uint32_t at = 0, size = 0;
  };
  struct Field {
    Piece name, value;
  };
  std::string_view view(Piece p) const { return {bytes_.data() + p.at, p.size}; }
  Piece keep(std::string_view text);

  std::string line_;  // method and target
  std::size_t method_size_ = 0;
  std::string bytes_;  // names and values
  std::vector<Field> lines_;
  mutable std::optional<Target> url_;
};

/// Wakes a streamed answer that waits. Copyable; callable from any thread, any number of times, also long
/// after the connection has gone.
class Waker {
 public:
  class Sleeper {
   public:
    virtual ~Sleeper() = default;
    virtual void wake() = 0;
  };
  Waker() = default;
  explicit Waker(std::weak_ptr<Sleeper> sleeper) : sleeper_(std::move(sleeper)) {}
  void operator()() const {
    if (auto sleeper = sleeper_.lock()) sleeper->wake();
  }

 private:
  std::weak_ptr<Sleeper> sleeper_;
};

/// The body of a streamed answer (Server-Sent Events, ndjson). It is pulled: the connection asks for more
/// only when all that it was given is in the socket, so that a slow reader costs one piece of memory and no
/// more, and is cut off when it takes nothing for `write_timeout`. All calls come on the connection's thread
/// and must not block.
class BodySource {
 public:
  enum class Pull {
    more,   // bytes were appended, ask again when they are out
    wait,   // nothing now (bytes may have been appended): ask again when woken, and at every sweep (at most 1
            // s apart)
    end,    // the body is complete
    abort,  // it cannot be completed: the connection is closed so that the reader knows
  };
  virtual ~BodySource() = default;
  /// Appends about `bytes_max` bytes at most to `out`.
  virtual Pull pull(std::string& out, std::size_t bytes_max) = 0;
  /// Once, before the first pull: how to be woken.
  virtual void started(const Waker&) {}
  /// Once, when the server stops: an endless source ends at the next pull; others finish.
  virtual void stopping() {}
};

/// One answer. The connection adds Date, Content-Length or Transfer-Encoding, and Connection; leaves the body
/// out for HEAD, 204 and 304 (the length of a HEAD is that of the body given here).
struct Response {
  int status = 200;
  std::string headers;                                // complete lines, each ended by CR LF
  std::shared_ptr<const std::string> shared_headers;  // more of them, from a cache
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // in place of `body`
  std::unique_ptr<BodySource> stream;              // in place of both
  /// In place of all of this: makes the answer on the connection's thread, so that whoever has the outcome
  /// (the writer) is not held up by rendering. Not called when the connection has gone.
  std::function<Response()> later;
  bool close = false;
  std::string reason;  ///< of an answer that says no: for the node's log, may say more than the client hears

  /// Appends a line. A CR, LF or NUL in the value becomes a blank: no value can start a header of its own.
  Response& header(std::string_view name, std::string_view value);
};

/// The answer to one request: call it exactly once, from any thread. Dropped without a call it answers 500.
/// The connection reads its next request after this one is answered, so answers come in order.
class Reply {
 public:
  class Door {
   public:
    virtual ~Door() = default;
    virtual void answer(std::uint64_t ticket, Response&&) = 0;
    virtual void dropped(std::uint64_t ticket) noexcept = 0;
  };
  Reply() = default;
  Reply(std::shared_ptr<Door> door, std::uint64_t ticket) : door_(std::move(door)), ticket_(ticket) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;
  ~Reply();

  void operator()(Response&& response);

 private:
  std::shared_ptr<Door> door_;
  std::uint64_t ticket_ = 0;
};

/// What is behind the transport. Called on every I/O thread at once. Exceptions become a 500.
class Handler {
 public:
  struct Admission {
    std::size_t body_bytes_max;       // more is a 413
    std::optional<Response> refusal;  // answered in place of reading the body; the connection closes after it
  };
  virtual ~Handler() = default;
  /// Asked once the head of a request that announces a body is there, before any of the body is read (and
  /// before a `100 Continue`): the route's limit, or a refusal such as 401.
  virtual Admission admit(const Request& head) = 0;
  /// Answers now, from within the call, or later. A handler that keeps the request moves it; one that answers
  /// at once should leave it alone, its memory is used again.
  virtual void handle(Request&& request, Reply reply) = 0;
  /// Adds what every answer carries (Almanac-Position, CORS) to one that the transport made by itself, and
  /// keeps the books on it. `head` is null when there was none that could be read.
  virtual void stamp(const Request* head, std::uint64_t request_id, Response& response) = 0;
};

}  // namespace almanac::api
