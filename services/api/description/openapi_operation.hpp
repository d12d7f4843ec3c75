#pragma once
#include <string>

#include "services/api/requests/members.hpp"
#include "services/api/routes.hpp"

/// Pieces of the OpenAPI document, each a function of the table of routes or of a table of its own.
namespace almanac::api {

/// The Operation Object of a route.
void render_operation(std::string& out, const Route& route);

/// `headers`, `parameters` (of our headers) and `responses` (one a status of a problem) of the components.
void render_header_components(Members& components);
void render_parameter_components(Members& components);
void render_problem_components(Members& components);

}  // namespace almanac::api
