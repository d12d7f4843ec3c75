#include "services/api/transport/problem.hpp"

#include <array>

namespace almanac::api {
namespace {

using K = ProblemKind;
struct Row {
  ProblemKind kind;
  ProblemName name;
};

// The names are what clients see and keep: never changed, only added to.
constexpr std::array rows{
    Row{K::malformed_request, {"malformed-request", "Malformed request", 400}},
    Row{K::malformed_header, {"malformed-header", "Malformed header", 400}},
    Row{K::malformed_json, {"malformed-json", "Malformed JSON", 400}},
    Row{K::malformed_cursor, {"malformed-cursor", "Malformed cursor", 400}},
    Row{K::unauthorized, {"unauthorized", "Unauthorized", 401}},
    Row{K::insufficient_scope, {"insufficient-scope", "Insufficient scope", 403}},
    Row{K::organization_required, {"organization-required", "Organization required", 403}},
    Row{K::plan_required, {"plan-required", "Plan required", 403}},
    Row{K::not_found, {"not-found", "Not found", 404}},
    Row{K::method_not_allowed, {"method-not-allowed", "Method not allowed", 405}},
    Row{K::not_acceptable, {"not-acceptable", "Not acceptable", 406}},
    Row{K::request_timeout, {"request-timeout", "Request timeout", 408}},
    Row{K::external_key_taken, {"external-key-taken", "External key taken", 409}},
    Row{K::dependents, {"dependents", "Dependents", 409}},
    Row{K::request_in_progress, {"request-in-progress", "Request in progress", 409}},
    Row{K::catalog_changed, {"catalog-changed", "Catalog changed", 409}},
    Row{K::foreign_log, {"foreign-log", "Not the log that you read", 409}},
    Row{K::stale_version, {"stale-version", "Stale version", 412}},
    Row{K::body_too_large, {"body-too-large", "Body too large", 413}},
    Row{K::target_too_long, {"target-too-long", "Target too long", 414}},
    Row{K::unsupported_media_type, {"unsupported-media-type", "Unsupported media type", 415}},
    Row{K::expectation_failed, {"expectation-failed", "Expectation failed", 417}},
    Row{K::validation_failed, {"validation-failed", "Validation failed", 422}},
    Row{K::idempotency_key_reused, {"idempotency-key-reused", "Idempotency key reused", 422}},
    Row{K::precondition_required, {"precondition-required", "Precondition required", 428}},
    Row{K::rate_limited, {"rate-limited", "Rate limited", 429}},
    Row{K::head_too_large, {"head-too-large", "Request head too large", 431}},
    Row{K::internal_error, {"internal-error", "Internal error", 500}},
    Row{K::not_implemented, {"not-implemented", "Not implemented", 501}},
    Row{K::unavailable, {"unavailable", "Unavailable", 503}},
    Row{K::version_not_supported, {"version-not-supported", "HTTP version not supported", 505}},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].kind) != i) return false;
  return true;
}
static_assert(in_order(), "describe() indexes by kind");

/// The length of the UTF-8 sequence at the front of `text`, 0 if there is none (RFC 3629 section 4).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

const ProblemName& describe(ProblemKind kind) {
  return rows[static_cast<std::size_t>(kind)].name;
}

const std::vector<ProblemKind>& all_problem_kinds() {
  static const std::vector<ProblemKind> kinds = [] {
    std::vector<ProblemKind> all;
    all.reserve(rows.size());
    for (const Row& row : rows)
      all.push_back(row.kind);
    return all;
  }();
  return kinds;
}

std::string problem_type(ProblemKind kind) {
  return "urn:almanac:problem:" + std::string(describe(kind).name);
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const char c = text.front();
    if (length == 0) {
      out.append("\xEF\xBF\xBD");
    } else if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      const auto byte = static_cast<unsigned char>(c);
      out.append("\\u00").append({digits[byte >> 4], digits[byte & 15]});
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out.push_back('"');
}

Problem too_large(std::size_t body_bytes_max) {
  return {ProblemKind::body_too_large, "The body is over " + std::to_string(body_bytes_max) + " bytes."};
}

Problem& Problem::member(std::string_view name, std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return member_json(name, json);
}

Problem& Problem::member_json(std::string_view name, std::string_view json) {
  extra.push_back(',');
  append_json_string(extra, name);
  extra.append(":").append(json);
  return *this;
}

std::string Problem::body(std::string_view request_id) const {
  const ProblemName& name = describe(kind);
  std::string out = R"({"type":)";
  append_json_string(out, problem_type(kind));
  out.append(R"(,"title":)");
  append_json_string(out, name.title);
  out.append(R"(,"status":)").append(std::to_string(name.status)).append(R"(,"detail":)");
  append_json_string(out, detail);
  if (!request_id.empty()) {
    out.append(R"(,"instance":)");
    append_json_string(out, "urn:almanac:request:" + std::string(request_id));
  }
  if (!errors.empty()) {
    out.append(R"(,"errors":[)");
    for (std::size_t i = 0; i < errors.size(); ++i) {
      out.append(i == 0 ? "{" : ",{");
      out.append(errors[i].place == Fault::Place::pointer ? R"("pointer":)" : R"("parameter":)");
      append_json_string(out, errors[i].where);
      out.append(R"(,"detail":)");
      append_json_string(out, errors[i].detail);
      out.push_back('}');
    }
    out.push_back(']');
  }
  return out.append(extra).append("}");
}

Response Problem::response(std::string_view request_id) const {
  Response answer;
  answer.status = describe(kind).status;
  answer.headers = "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n" + headers;
  answer.body = body(request_id);
  answer.reason = reason.empty() ? detail : reason;
  return answer;
}

}  // namespace almanac::api
