#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace almanac::api {

/// One `name=value` of a query, percent-decoded; `+` is a blank, as browsers write it. Hence a `+` that was
/// not encoded in a time's offset arrives as a blank. A part without `=` has no value.
struct Parameter {
  std::string name, value;
  bool has_value = false;
};

/// A request target taken apart. Decoded text is bytes: whoever needs UTF-8 checks it.
struct Target {
  std::vector<std::string> segments;  // of `/v1/models/`: "v1", "models", ""
  std::vector<Parameter> parameters;
  bool asterisk = false;  // `OPTIONS *`

  /// Origin-form, absolute-form with scheme http or https and no user, or `*`; nullopt: malformed.
  static std::optional<Target> parse(std::string_view raw);
};

/// Whether the target is a path of unreserved characters (RFC 3986 2.3) alone, as most are: nothing there to
/// be wrong.
bool is_plain_path(std::string_view raw);

/// Whether `parse` would succeed, without taking it apart.
bool target_is_well_formed(std::string_view raw);

/// The first parameter of that name.
const Parameter* find(const std::vector<Parameter>& parameters, std::string_view name);

}  // namespace almanac::api
