#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/json.hpp"

namespace almanac::api {

/// Writes one JSON object by appending, its members in the order of the calls: an answer is bytes, never a
/// tree. The object opens with the first use and ends with `close`.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) {}

  /// The name and its colon; the caller appends the value.
  std::string& name(std::string_view member) {
    out_.append(first_ ? "{\"" : ",\"").append(member).append("\":");
    first_ = false;
    return out_;
  }
  void null(std::string_view member) { name(member).append("null"); }
  void flag(std::string_view member, bool value) { name(member).append(value ? "true" : "false"); }
  void raw(std::string_view member, std::string_view json) { name(member).append(json); }
  /// A value of ours that needs no escaping: an id, a time, a name from a closed list.
  void plain(std::string_view member, std::string_view value) {
    name(member).append("\"").append(value).push_back('"');
  }
  void text(std::string_view member, std::string_view value) {
    events::json::write_string(name(member), value);
  }
  void text(std::string_view member, const std::optional<std::string>& value) {
    value ? text(member, std::string_view(*value)) : null(member);
  }
  void number(std::string_view member, std::uint64_t value) { name(member).append(std::to_string(value)); }
  void number(std::string_view member, const std::optional<std::int64_t>& value) {
    value ? void(name(member).append(std::to_string(*value))) : null(member);
  }
  void close() {
    out_.append(first_ ? "{}" : "}");
    first_ = false;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace almanac::api
