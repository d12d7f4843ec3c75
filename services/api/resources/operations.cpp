#include "services/api/description/documents.hpp"
#include "services/api/resources/handlers.hpp"

/// What operators and readers of the documentation ask for; needs no token and says nothing about tenants.
namespace almanac::api {
namespace {

Response plain(std::string_view type, std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.header("Content-Type", type).header("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

}  // namespace

Response get_livez(const Service&) {
  return plain("application/json", R"({"status":"alive"})");
}

Response get_readyz(const Service& service) {
  Readiness readiness = service.readiness ? service.readiness() : Readiness{true, R"({"status":"ready"})"};
  return plain("application/json", std::move(readiness.json), readiness.ready ? 200 : 503);
}

Response get_metrics(const Service& service) {
  return plain("text/plain; version=0.0.4; charset=utf-8",
               service.metrics ? service.metrics() : std::string());
}

Response get_openapi(const Service&) {
  Response response;
  response.header("Content-Type", "application/json").header("Cache-Control", "no-cache");
  response.shared_body = openapi_document();
  return response;
}

Response get_asyncapi(const Service&) {
  Response response;
  response.header("Content-Type", "application/json").header("Cache-Control", "no-cache");
  response.shared_body = asyncapi_document();
  return response;
}

Response get_docs(const Service&) {
  Response response;
  response.header("Content-Type", "text/html; charset=utf-8")
      .header("Cache-Control", "no-cache")
      .header(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
          "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
      .header("X-Content-Type-Options", "nosniff")
      .header("Referrer-Policy", "no-referrer");
  response.shared_body = docs_page();
  return response;
}

}  // namespace almanac::api
