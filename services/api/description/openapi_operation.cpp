#include "services/api/description/openapi_operation.hpp"

#include <array>
#include <set>

#include "events/command.hpp"

namespace almanac::api {
namespace {

// What the transport and the front may answer to any request, whatever the route.
constexpr std::array always{400, 405, 406, 408, 414, 417, 431, 500, 501, 505};

void comma(std::string& list) {
  if (list.back() != '[') list.push_back(',');
}

void add_reference(std::string& list, std::string_view kind, std::string_view name) {
  comma(list);
  list.append(R"({"$ref":"#/components/)").append(kind).append("/").append(name).append("\"}");
}

/// One requirement a scope: any of them will do.
void add_security(Members& members, const Route& route) {
  std::string& list = members.name("security");
  list.push_back('[');
  for (std::uint8_t bit = 1; bit != 0; bit = static_cast<std::uint8_t>(bit << 1)) {
    if ((route.scopes & bit) == 0) continue;
    comma(list);
    list.append(R"({"bearer":[")").append(events::name_of(static_cast<events::Scope>(bit))).append("\"]}");
  }
  list.push_back(']');
}

void add_path_parameter(std::string& list, std::string_view path) {
  const std::size_t open = path.find('{');
  if (open == std::string_view::npos) return;
  comma(list);
  Members parameter(list);
  parameter.plain("name", path.substr(open + 1, path.find('}') - open - 1));
  parameter.plain("in", "path");
  parameter.flag("required", true);
  parameter.plain("description", "A UUIDv7 in its canonical form; any other text is a 404.");
  parameter.raw("schema", R"({"type":"string","format":"uuid"})");
  parameter.close();
}

void add_query_parameters(std::string& list, Asks asks) {
  for (const AskName& ask : ask_names()) {
    if ((asks & ask.bit) == 0) continue;
    comma(list);
    Members parameter(list);
    parameter.plain("name", ask.name);
    parameter.plain("in", "query");
    if ((ask.bit & ask::required) != 0) parameter.flag("required", true);
    parameter.text("description", ask.about);
    parameter.raw("schema", ask.schema);
    if ((ask.bit & (ask::expand | ask::expand_parent | ask::type)) != 0) {
      parameter.plain("style", "form");
      parameter.flag("explode", true);
    }
    parameter.close();
  }
}

void add_parameters(Members& members, const Route& route) {
  std::string& list = members.name("parameters");
  list.push_back('[');
  add_path_parameter(list, route.path);
  add_query_parameters(list, route.asks);
  if (route.is_write()) {
    for (const std::string_view name : {"IdempotencyKey", "AlmanacReason", "traceparent"})
      add_reference(list, "parameters", name);
    if (route.path.find("{id}") != std::string_view::npos) add_reference(list, "parameters", "IfMatch");
  } else if (route.read != nullptr) {
    add_reference(list, "parameters", "AlmanacMinPosition");
    if (route.tagged) add_reference(list, "parameters", "IfNoneMatch");
    if (route.media == "text/event-stream") add_reference(list, "parameters", "LastEventId");
  }
  list.push_back(']');
}

void add_content(Members& holder, const Route& route) {
  Members content(holder.name("content"));
  content.raw(route.media,
              R"({"schema":{"$ref":"#/components/schemas/)" + std::string(route.answers) + "\"}}");
  if (!route.other_media.empty())
    content.raw(route.other_media, R"({"schema":{"$ref":"#/components/schemas/Text"}})");
  content.close();
}

void add_request_body(Members& members, const Route& route) {
  if (route.body == BodyKind::none) return;
  Members body(members.name("requestBody"));
  body.flag("required", true);
  const std::string schema =
      R"({"schema":{"$ref":"#/components/schemas/)" + std::string(route.takes) + "\"}}";
  Members content(body.name("content"));
  if (route.body == BodyKind::merge_patch) content.raw("application/merge-patch+json", schema);
  content.raw("application/json", schema);
  content.close();
  body.close();
}

std::string_view success_text(int status) {
  switch (status) {
    case 201:
      return "Created.";
    case 204:
      return "Done; there is nothing to say.";
    default:
      return "The answer.";
  }
}

void add_headers(Members& response, const Route& route) {
  Members headers(response.name("headers"));
  const auto add = [&](std::string_view name) {
    headers.raw(name, R"({"$ref":"#/components/headers/)" + std::string(name) + "\"}");
  };
  add("Almanac-Position");
  if ((route.asks & ask::as_of) != 0) add("Almanac-As-Of");
  if (route.open == nullptr)
    for (const std::string_view name : {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"})
      add(name);
  if (route.tagged)
    for (const std::string_view name : {"ETag", "Deprecation", "Sunset", "Link"})
      add(name);
  if (route.pages_by_position)
    for (const std::string_view name : {"Almanac-Read-To", "Link"})
      add(name);
  if (route.success == 201) add("Location");
  if (route.is_write()) add("Idempotency-Replayed");
  headers.close();
}

void add_responses(Members& members, const Route& route) {
  Members responses(members.name("responses"));
  Members success(responses.name(std::to_string(route.success)));
  success.plain("description", success_text(route.success));
  add_headers(success, route);
  if (!route.answers.empty()) add_content(success, route);
  success.close();
  std::set<int> statuses(always.begin(), always.end());
  statuses.insert(route.problems.begin(), route.problems.end());
  for (const int status : statuses) {
    const std::string name = std::to_string(status);
    if (route.operation == "readyz" && status == 503)
      responses.raw(name, R"({"description":"Not ready, and why.","content":{"application/json":{"schema":)"
                          R"({"$ref":"#/components/schemas/Readiness"}}}})");
    else
      responses.raw(name, R"({"$ref":"#/components/responses/)" + name + "\"}");
  }
  responses.close();
}

}  // namespace

void render_operation(std::string& out, const Route& route) {
  Members members(out);
  members.plain("operationId", route.operation);
  members.raw("tags", "[\"" + std::string(route.tag) + "\"]");
  members.text("summary", route.summary);
  if (!route.about.empty()) members.text("description", route.about);
  add_security(members, route);
  add_parameters(members, route);
  add_request_body(members, route);
  add_responses(members, route);
  members.close();
}

}  // namespace almanac::api
