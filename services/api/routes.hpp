#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/command.hpp"
#include "events/json.hpp"
#include "services/api/requests/query.hpp"
#include "services/api/resources/subject.hpp"
#include "services/api/service.hpp"

/// The one table of routes: method, path, scopes, parameters, body, handlers and documentation. Matching,
/// 404, 405 with Allow, HEAD, OPTIONS, the check of scopes and /openapi.json all follow from it.
namespace almanac::api {

enum class Method : std::uint8_t { get, post, put, patch, del };
std::string_view name_of(Method method);

enum class BodyKind : std::uint8_t { none, json, merge_patch };

/// What a single model's answer tells the front, for conditional requests and the cache.
struct ShownModel {
  std::string tag;        ///< empty: no single model was shown
  std::string lifecycle;  ///< header lines
  bool cacheable = false;
  std::optional<events::Instant> until;  ///< when the clock changes the answer
};

/// A read that was found in order.
struct Call {
  const Service& service;
  const Request& request;
  const events::Caller& caller;
  const Query& query;
  std::optional<events::Uuid> id;  ///< from the path; nullopt: none, or not canonical, which is none at all
  Moment moment;
  ShownModel& shown;
  const projections::Applied& applied;  ///< where the rows stand
  events::Instant token_expires_at;
};

/// A body that became a command.
struct Intent {
  events::Command command;
  writer::Submission::Run run = writer::Submission::Run::real;
};

/// A command that went through: one of `written` and `unchanged` is set. `moment` is that of its last event,
/// for a first answer and for every later one alike, or that of now when nothing was written.
struct Settled {
  const Service& service;
  const events::Caller& caller;
  const Moment& moment;
  const writer::Written* written = nullptr;
  const writer::Unchanged* unchanged = nullptr;
  writer::Submission::Run run = writer::Submission::Run::real;

  std::optional<events::ModelId> model() const { return written ? written->model : unchanged->model; }
};

struct Route {
  std::string_view operation;  ///< operationId
  Method method = Method::get;
  std::string_view path;
  std::uint8_t scopes = 0;  ///< bits of events::Scope, any of which could allow it; 0: no token needed
  Asks asks = 0;
  BodyKind body = BodyKind::none;
  std::size_t body_bytes_max = 0;  ///< 0: the setting

  // One of: `open` (no token), `read`, or `parse` with `render`.
  Response (*open)(const Service&) = nullptr;
  Response (*read)(const Call&) = nullptr;
  /// `body` is an object, or null where the route takes none.
  Intent (*parse)(const std::optional<events::Uuid>& id, const Query& query,
                  const events::json::Value& body) = nullptr;
  Response (*render)(const Settled&) = nullptr;
  /// Rendering reads the log: not on the writer's thread.
  bool heavy = false;

  std::string_view tag, summary, about;
  int success = 200;
  std::string_view answers;                     ///< schema of the answer; empty: no body
  std::string_view takes;                       ///< schema of the body
  std::string_view media = "application/json";  ///< of the answer
  std::string_view other_media = {};            ///< that Accept may ask for instead; a text of lines
  std::span<const int> problems;
  bool tagged = false;             ///< answers with ETag and, at their time, the lifecycle headers
  bool pages_by_position = false;  ///< answers with Almanac-Read-To and a Link to the next page

  bool accepted(std::string_view accept) const;
  bool is_write() const { return parse != nullptr; }
};

std::span<const Route> routes();

/// What the table has for a path.
struct Found {
  const Route* route = nullptr;  ///< nullptr: no such path, or not this method
  std::string allow;             ///< without a route: all methods of the path; empty: no such path
  std::string_view parameter;    ///< the part of the path in braces; a view into `segments`
};
/// `method` as on the wire; HEAD finds GET.
Found find_route(std::string_view method, const std::vector<std::string>& segments);
/// The methods that HTTP knows (RFC 9110, RFC 5789); others are a 501.
bool is_http_method(std::string_view method);

}  // namespace almanac::api
