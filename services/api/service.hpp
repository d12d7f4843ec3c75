#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/event.hpp"
#include "events/log/log.hpp"
#include "projections/projector.hpp"
#include "services/api/access/cors.hpp"
#include "services/api/access/rate_limits.hpp"
#include "services/api/access/token.hpp"
#include "services/api/transport/http.hpp"
#include "services/writer/submit.hpp"

namespace almanac::api {

class Feed;
class RequestFigures;
class StreamPieces;

/// What `/readyz` says: 200 or 503, and a JSON object with the reasons.
struct Readiness {
  bool ready = false;
  std::string json;
};

/// One answer, for the log: never a query string, a token or a body. What is not known is empty.
struct Answered {
  std::string_view request_id, method, path;
  std::string_view operation;     ///< `none`: there is no such route
  std::string_view organization;  ///< of the token, once it was found good
  std::string_view traceparent;
  std::string_view reason;  ///< of an answer that says no; of a refused token more than its holder hears
  int status = 0;
  std::chrono::microseconds took{0};
};

/// Who writes, as this node knows it: a hint, the log decides.
struct Owner {
  enum class Where : std::uint8_t { here, elsewhere, nowhere } where = Where::here;
  std::string url;   ///< of the node, when it is elsewhere
  std::string name;  ///< of that node
  std::string why;   ///< when nobody writes
};

struct FrontSettings {
  unsigned threads = 1;  ///< I/O threads, as `Request::thread` counts them
  std::size_t body_bytes_max = std::size_t{1} << 20;
  bool require_if_match = false;  ///< policy.require_if_match
  bool serves_operations = true;  ///< /livez, /readyz, /metrics; false where `ops.listen` has them
  bool serves_api = true;         ///< false behind `ops.listen`
  std::size_t cache_bytes_max = std::size_t{16} << 20;  ///< of cached answers, per thread
  std::chrono::milliseconds stream_heartbeat{15'000};
};

/// What the front end stands on. The node makes it and outlives the front; all of it is safe on any thread.
struct Service {
  projections::Projector& projector;
  writer::Submit& submit;
  Tokens& tokens;
  FrontSettings settings;
  RateLimits& limits;
  Cors cors;
  std::function<events::Instant()> now;
  /// Committed events from a position on, at most `limit`; a sentence when the log cannot be read.
  std::function<tl::expected<std::vector<events::Recorded>, std::string>(events::Position from,
                                                                         std::size_t limit)>
      read_events;
  std::function<Readiness()> readiness;
  std::function<std::string()> metrics;       ///< Prometheus text
  std::function<void(const Answered&)> told;  ///< may be empty; must be quick
  /// Whether all answers are told, or only those of 500 and above; asked for each, so that it can change.
  std::function<bool()> tells_all;
  RequestFigures* figures = nullptr;  ///< where answers are counted; may be nullptr
  /// While it is true the log is being read: all but what needs no read models answers 503. May be nullptr.
  const std::atomic<bool>* replaying = nullptr;
  /// How long the log has been out of reach, for Almanac-Age; nullopt while it is not. May be empty; must be
  /// quick.
  std::function<std::optional<std::chrono::seconds>()> log_out_of_reach = {};
  /// Rows of the read models could not be read; may be empty. Any thread, once for every answer that fails.
  std::function<void(const std::string& what)> damaged = {};
  /// Who takes writes: they are forwarded to a node elsewhere. Empty: always this one. Must be quick.
  std::function<Owner()> owner = {};
  const log::Records* records = nullptr;  ///< the committed log as it is; nullptr where no API is served
  Feed* feed = nullptr;                   ///< the front's own
  StreamPieces* stream_pieces = nullptr;  ///< likewise
};

}  // namespace almanac::api
