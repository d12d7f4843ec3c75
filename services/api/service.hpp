#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/event.hpp"
#include "projections/projector.hpp"
#include "services/api/access/cors.hpp"
#include "services/api/access/rate_limits.hpp"
#include "services/api/access/token.hpp"
#include "services/api/transport/http.hpp"
#include "services/writer/submit.hpp"

namespace almanac::api {

class RequestFigures;

/// What `/readyz` says: 200 or 503, and a JSON object with the reasons.
struct Readiness {
  bool ready = false;
  std::string json;
};

/// One line for the log of an answer that says no.
struct Refused {
  std::string_view request_id, method, path, detail;
  int status = 0;
};

struct FrontSettings {
  unsigned threads = 1;  ///< I/O threads, as `Request::thread` counts them
  std::size_t body_bytes_max = std::size_t{1} << 20;
  bool require_if_match = false;  ///< policy.require_if_match
  bool serves_operations = true;  ///< /livez, /readyz, /metrics; false where `ops.listen` has them
  bool serves_api = true;         ///< false behind `ops.listen`
  std::size_t cache_bytes_max = std::size_t{16} << 20;  ///< of cached answers, per thread
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
  std::function<std::string()> metrics;      ///< Prometheus text
  std::function<void(const Refused&)> told;  ///< may be empty; must be quick
  RequestFigures* figures = nullptr;         ///< where answers are counted; may be nullptr
};

}  // namespace almanac::api
