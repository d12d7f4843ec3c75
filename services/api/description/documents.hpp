#pragma once
#include <memory>
#include <string>

/// The documents that the service serves about itself, made once and shared.
namespace almanac::api {

/// OpenAPI 3.1, generated from the table of routes and the schemas under schemas/http.
std::shared_ptr<const std::string> openapi_document();
/// AsyncAPI 3.0: schemas/asyncapi.json with the schemas that it refers to inside.
std::shared_ptr<const std::string> asyncapi_document();
/// A page that renders /openapi.json and loads nothing from elsewhere.
std::shared_ptr<const std::string> docs_page();

}  // namespace almanac::api
