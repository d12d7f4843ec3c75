#include <algorithm>
#include <array>
#include <cstddef>

#include "services/api/routes.hpp"

namespace almanac::api {
namespace {

/// Segments of each route's path: most routes are ruled out by them alone.
const std::vector<std::ptrdiff_t>& depths() {
  static const std::vector<std::ptrdiff_t> depths = [] {
    std::vector<std::ptrdiff_t> all;
    all.reserve(routes().size());
    for (const Route& route : routes())
      all.push_back(std::count(route.path.begin(), route.path.end(), '/'));
    return all;
  }();
  return depths;
}

struct Matched {
  bool fits = false;
  int literals = 0;
  std::string_view parameter;
};

Matched match(std::string_view path, const std::vector<std::string>& segments) {
  Matched matched;
  for (const std::string& segment : segments) {
    if (path.empty() || segment.empty()) return {};
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(end);
    if (part.front() == '{') {
      matched.parameter = segment;
    } else {
      if (part != segment) return {};
      ++matched.literals;
    }
  }
  matched.fits = path.empty() && !segments.empty();
  return matched;
}

std::string methods_of(const std::vector<std::string>& segments, int literals) {
  std::string allow;
  for (const Route& route : routes()) {
    const Matched matched = match(route.path, segments);
    if (!matched.fits || matched.literals != literals) continue;
    allow.append(name_of(route.method)).append(route.method == Method::get ? ", HEAD, " : ", ");
  }
  return allow + "OPTIONS";
}

}  // namespace

Found find_route(std::string_view method, const std::vector<std::string>& segments) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  Found found;
  int literals = -1;  // /v1/models/catalog is the catalogue, whatever its method, never a model
  const auto depth = static_cast<std::ptrdiff_t>(segments.size());
  for (std::size_t i = 0; i < routes().size(); ++i) {
    if (depths()[i] != depth) continue;
    const Route& route = routes()[i];
    const Matched matched = match(route.path, segments);
    if (!matched.fits || matched.literals < literals) continue;
    if (matched.literals > literals) found.route = nullptr;
    literals = matched.literals;
    if (name_of(route.method) != wanted) continue;
    found.route = &route;
    found.parameter = matched.parameter;
  }
  if (found.route == nullptr && literals >= 0) found.allow = methods_of(segments, literals);
  return found;
}

bool is_http_method(std::string_view method) {
  constexpr std::array<std::string_view, 9> known{"GET",    "HEAD",    "POST",    "PUT",  "PATCH",
                                                  "DELETE", "OPTIONS", "CONNECT", "TRACE"};
  return std::find(known.begin(), known.end(), method) != known.end();
}

}  // namespace almanac::api
