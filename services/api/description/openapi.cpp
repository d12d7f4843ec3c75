#include <algorithm>
#include <map>

#include "services/api/description/documents.hpp"
#include "services/api/description/embedded.hpp"
#include "services/api/description/openapi_operation.hpp"

namespace almanac::api {
namespace {

constexpr std::string_view about =
    "An event-sourced registry of AI model configurations: system models in a catalogue, and the models that "
    "organisations build on them.\n\n"
    "Times are UTC with milliseconds; intervals are half-open. Positions, places in the one log that "
    "everything "
    "is derived from, are decimal text. HEAD is served wherever GET is, OPTIONS everywhere. Errors are "
    "`application/problem+json` (RFC 9457) and name every fault at once.";

void add_info(Members& members) {
  Members info(members.name("info"));
  info.plain("title", "Almanac");
  info.plain("version", "v1");
  info.text("description", about);
  info.raw("license", R"({"name":"Apache-2.0","identifier":"Apache-2.0"})");
  info.close();
}

void add_tags(Members& members) {
  members.raw("tags",
              R"([{"name":"Models","description":"The models of your organisation."},)"
              R"({"name":"Catalogue","description":"The system models, kept by operators."},)"
              R"({"name":"Lifecycle","description":"Deprecation, end of life, and who is affected."},)"
              R"({"name":"Pricing","description":"What a system model costs, from when."},)"
              R"({"name":"Events","description":"What changed, in the order of the log."},)"
              R"({"name":"Billing","description":"What each model cost when."},)"
              R"({"name":"Operations","description":"For operators and their tools; needs no token."},)"
              R"({"name":"Documentation","description":"What the service says about itself."}])");
}

void add_paths(Members& members) {
  std::map<std::string_view, std::vector<const Route*>> paths;
  std::vector<std::string_view> order;
  for (const Route& route : routes()) {
    auto& here = paths[route.path];
    if (here.empty()) order.push_back(route.path);
    here.push_back(&route);
  }
  Members all(members.name("paths"));
  for (const std::string_view path : order) {
    Members methods(all.name(path));
    for (const Route* route : paths[path]) {
      std::string method(name_of(route->method));
      std::transform(method.begin(), method.end(), method.begin(),
                     [](char c) { return static_cast<char>(c + 32); });
      render_operation(methods.name(method), *route);
    }
    methods.close();
  }
  all.close();
}

void add_schemas(Members& members) {
  Members schemas(members.name("schemas"));
  for (const EmbeddedFile& file : embedded_files())
    if (file.text.substr(0, 1) == "{") schemas.raw(file.name, file.text);
  schemas.close();
}

std::string make_openapi() {
  std::string out;
  out.reserve(std::size_t{1} << 17);
  Members members(out);
  members.plain("openapi", "3.1.0");
  add_info(members);
  members.raw("servers", R"([{"url":"/","description":"This service"}])");
  add_tags(members);
  add_paths(members);
  Members components(members.name("components"));
  components.raw(
      "securitySchemes",
      R"({"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT","description":"A Stytch B2B )"
      R"(session or machine-to-machine token, RS256; on a first run one of `almanac token`."}})");
  add_schemas(components);
  render_header_components(components);
  render_parameter_components(components);
  render_problem_components(components);
  components.close();
  members.close();
  return out;
}

std::string make_docs() {
  for (const EmbeddedFile& file : embedded_files())
    if (file.name == "docs.html") return std::string(file.text);
  return {};
}

}  // namespace

std::shared_ptr<const std::string> openapi_document() {
  static const auto document = std::make_shared<const std::string>(make_openapi());
  return document;
}

std::shared_ptr<const std::string> asyncapi_document() {
  static const auto document = std::make_shared<const std::string>(embedded_asyncapi());
  return document;
}

std::shared_ptr<const std::string> docs_page() {
  static const auto page = std::make_shared<const std::string>(make_docs());
  return page;
}

}  // namespace almanac::api
