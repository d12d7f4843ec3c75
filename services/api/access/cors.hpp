#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "services/api/transport/http.hpp"

namespace almanac::api {

/// Cross-origin requests (Fetch standard, 3.2) from the configured origins. Tokens travel in Authorization,
/// so that no answer ever allows credentials of the browser's own. Immutable; any thread.
class Cors {
 public:
  /// None: cross-origin reading stays forbidden and no answer says anything about it.
  Cors() = default;
  /// `http.cors_origins`: origins separated by commas, each `scheme://host[:port]`; the error names the one
  /// that is none.
  static tl::expected<Cors, std::string> parse(std::string_view origins);

  bool on() const { return !origins_.empty(); }

  /// Adds to any answer: Vary, and for an allowed origin what it may read.
  void stamp(const Request& request, Response& response) const;

  /// The answer to a preflight from an allowed origin; nullopt when the request is none, so that OPTIONS is
  /// answered as usual. `methods`: what the path allows, as in an Allow header.
  std::optional<Response> preflight(const Request& request, std::string_view methods) const;

 private:
  const std::string* allowed(const Request& request) const;

  std::vector<std::string> origins_;
};

}  // namespace almanac::api
