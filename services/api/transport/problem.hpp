#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/api/transport/http.hpp"

namespace almanac::api {

/// The one closed list of problem types. What a client may switch on is `type`, made from the name in
/// problem.cpp.
enum class ProblemKind : std::uint8_t {
  malformed_request,       // 400 the bytes are not HTTP/1.1 as RFC 9112 has it
  malformed_header,        // 400 one of our headers: key, reason, position
  malformed_json,          // 400
  malformed_cursor,        // 400
  unauthorized,            // 401
  insufficient_scope,      // 403
  organization_required,   // 403 the token names no organisation, or one that cannot be
  plan_required,           // 403
  not_found,               // 404
  method_not_allowed,      // 405
  not_acceptable,          // 406
  request_timeout,         // 408
  external_key_taken,      // 409
  dependents,              // 409
  request_in_progress,     // 409 the first request with this idempotency key still runs
  catalog_changed,         // 409 expectedPosition
  foreign_log,             // 409 a position of a log that is not this one
  stale_version,           // 412 If-Match
  body_too_large,          // 413
  target_too_long,         // 414
  unsupported_media_type,  // 415
  expectation_failed,      // 417
  validation_failed,       // 422
  idempotency_key_reused,  // 422
  precondition_required,   // 428
  rate_limited,            // 429
  head_too_large,          // 431
  internal_error,          // 500
  not_implemented,         // 501
  unavailable,             // 503
  version_not_supported,   // 505
};

struct ProblemName {
  std::string_view name, title;
  int status;
};
const ProblemName& describe(ProblemKind kind);
/// Every kind, for the documentation.
const std::vector<ProblemKind>& all_problem_kinds();
/// `urn:almanac:problem:<name>`: stable, resolves to nothing, and is the same for every installation.
std::string problem_type(ProblemKind kind);

/// One fault of a request: where and what.
struct Fault {
  enum class Place : std::uint8_t { pointer, parameter };
  Place place = Place::pointer;  // a JSON pointer (RFC 6901) into the body, or the name of a query parameter
  std::string where;
  std::string detail;
};

/// An RFC 9457 answer, rendered as type, title, status, detail, instance, errors, then extra members.
struct Problem {
  Problem(ProblemKind problem_kind, std::string problem_detail)
      : kind(problem_kind), detail(std::move(problem_detail)) {}

  ProblemKind kind;
  std::string detail;
  std::vector<Fault> errors;
  std::string extra;    // more members as JSON text, each with a leading comma: `,"requiredPlan":"pro"`
  std::string headers;  // lines of this answer alone, e.g. Allow, Retry-After, WWW-Authenticate
  std::string reason;   // for the node's log, where it may say more than the client hears; empty: the detail

  Problem& member(std::string_view name, std::string_view text);       // a JSON string
  Problem& member_json(std::string_view name, std::string_view json);  // any JSON value, already rendered

  /// The body alone. An empty request id leaves `instance` out.
  std::string body(std::string_view request_id) const;
  /// The whole answer but for what the owner stamps on it.
  Response response(std::string_view request_id) const;
};

/// 413.
Problem too_large(std::size_t body_bytes_max);

/// Appends `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace almanac::api
