#include <array>
#include <map>
#include <vector>

#include "services/api/description/openapi_operation.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::api {
namespace {

struct HeaderRow {
  std::string_view name, about, schema, example;
};

constexpr std::string_view text = R"({"type":"string"})";
constexpr std::string_view whole = R"({"type":"integer","minimum":0})";
constexpr std::string_view position = R"({"type":"string","pattern":"^(0|[1-9][0-9]*)$"})";

constexpr std::array headers{
    HeaderRow{
        "Almanac-Position",
        "Of a write its last event; of everything else the applied position that the answer was made at.",
        position, "42"},
    HeaderRow{"Almanac-As-Of", "With asOf: the position and the time that it stands for, as asOf takes them.",
              text, "42@2026-11-22T10:00:00.000Z"},
    HeaderRow{"Almanac-Read-To", "The last position that was looked at; `after` of the next request.",
              position, "42"},
    HeaderRow{"ETag",
              "Strong: version, parent's version, instants passed; a suffix with expand[], which If-Match "
              "ignores.",
              text, "\\\"5-2-0\\\""},
    HeaderRow{"Location", "The created model.", text, "/v1/models/0190b5a2-7c00-7000-8000-000000000002"},
    HeaderRow{"Deprecation", "RFC 9745: since when the model is deprecated. While an end of life is set.",
              text, "@1803859200"},
    HeaderRow{"Sunset", "RFC 8594: the end of life. While one is set.", text,
              "Mon, 01 Mar 2027 00:00:00 GMT"},
    HeaderRow{"Link",
              "rel=successor-version: the replacement, while it can be moved to. rel=next: the page behind "
              "this one.",
              text, "</v1/models/0190b5a2-7c00-7000-8000-000000000001>; rel=\\\"successor-version\\\""},
    HeaderRow{"Idempotency-Replayed", "true: the first answer again.", R"({"type":"string","const":"true"})",
              "true"},
    HeaderRow{"Retry-After", "Seconds.", whole, "1"},
    HeaderRow{"WWW-Authenticate", "RFC 6750.", text,
              "Bearer realm=\\\"almanac\\\", error=\\\"invalid_token\\\""},
    HeaderRow{"Allow", "The methods of this path.", text, "GET, HEAD, OPTIONS"},
    HeaderRow{"X-RateLimit-Limit", "Requests a minute, of the tighter of organisation and user.", whole,
              "60"},
    HeaderRow{"X-RateLimit-Remaining", "What is left of them.", whole, "59"},
    HeaderRow{"X-RateLimit-Reset", "Seconds until it is full again.", whole, "1"},
};

struct ParameterRow {
  std::string_view component, name, about, schema;
};

constexpr std::array parameters{
    ParameterRow{
        "IdempotencyKey", "Idempotency-Key",
        "Makes a retry the same command for 72 h: its first answer again, byte for byte. Quoted or bare.",
        R"({"type":"string","minLength":1,"maxLength":257})"},
    ParameterRow{"AlmanacReason", "Almanac-Reason", "Why; kept in the event and shown in the history.",
                 R"({"type":"string","maxLength":500})"},
    ParameterRow{"traceparent", "traceparent", "W3C Trace Context; logged and carried into the event.", text},
    ParameterRow{"IfMatch", "If-Match", "The tag of the state that the change is meant for; 412 when stale.",
                 text},
    ParameterRow{"IfNoneMatch", "If-None-Match", "The tag that you have; 304 while it still holds.", text},
    ParameterRow{"AlmanacMinPosition", "Almanac-Min-Position",
                 "An answer at least that fresh, or 503 after 2 s.", position},
    ParameterRow{"LastEventId", "Last-Event-ID",
                 "The id of the last frame that was read; counts over `after`.", text},
};

std::string_view header_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return "WWW-Authenticate";
    case 405:
      return "Allow";
    case 429:
    case 503:
      return "Retry-After";
    case 412:
      return "ETag";
    default:
      return {};
  }
}

void add_problem_response(Members& all, int status, const std::vector<ProblemKind>& kinds) {
  Members response(all.name(std::to_string(status)));
  response.text("description", describe(kinds.front()).title);
  Members lines(response.name("headers"));
  lines.raw("Almanac-Position", R"({"$ref":"#/components/headers/Almanac-Position"})");
  if (const auto name = header_of(status); !name.empty())
    lines.raw(name, R"({"$ref":"#/components/headers/)" + std::string(name) + "\"}");
  lines.close();
  Members content(response.name("content"));
  Members media(content.name("application/problem+json"));
  media.raw("schema", R"({"$ref":"#/components/schemas/Problem"})");
  Members examples(media.name("examples"));
  for (const ProblemKind kind : kinds) {
    Problem problem(kind, kind == ProblemKind::insufficient_scope ? "Missing required scope: models:write"
                                                                  : std::string(describe(kind).title) + ".");
    if (kind == ProblemKind::validation_failed)
      problem.errors = {{Fault::Place::pointer, "/displayName", "is required"},
                        {Fault::Place::parameter, "limit", "must be a whole number from 1 to 100"}};
    if (kind == ProblemKind::unavailable) problem.member("outcome", "not_applied");
    if (kind == ProblemKind::plan_required) problem.member("requiredPlan", "pro");
    Members example(examples.name(describe(kind).name));
    example.raw("value", problem.body("4b1d5e0f00000001"));
    example.close();
  }
  examples.close();
  media.close();
  content.close();
  response.close();
}

}  // namespace

void render_header_components(Members& components) {
  Members all(components.name("headers"));
  for (const HeaderRow& row : headers) {
    Members one(all.name(row.name));
    one.text("description", row.about);
    one.raw("schema", row.schema);
    if (row.schema == whole)
      one.raw("example", row.example);
    else
      one.plain("example", row.example);
    one.close();
  }
  all.close();
}

void render_parameter_components(Members& components) {
  Members all(components.name("parameters"));
  for (const ParameterRow& row : parameters) {
    Members one(all.name(row.component));
    one.plain("name", row.name);
    one.plain("in", "header");
    one.text("description", row.about);
    one.raw("schema", row.schema);
    one.close();
  }
  all.close();
}

void render_problem_components(Members& components) {
  std::map<int, std::vector<ProblemKind>> kinds;
  for (const ProblemKind kind : all_problem_kinds())
    kinds[describe(kind).status].push_back(kind);
  Members all(components.name("responses"));
  all.raw(
      "304",
      R"({"description":"Not modified: what you have still holds. Carries the lifecycle headers as of now.",)"
      R"("headers":{"ETag":{"$ref":"#/components/headers/ETag"},)"
      R"("Almanac-Position":{"$ref":"#/components/headers/Almanac-Position"}}})");
  for (const auto& [status, here] : kinds)
    add_problem_response(all, status, here);
  all.close();
}

}  // namespace almanac::api
