#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/json.hpp"

namespace almanac::events::json {

/// Appends one JSON object to a text, member by member in the order of the calls. Names are written as they
/// are: give only literals that need no escaping.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  ~ObjectWriter() { out_ += '}'; }

  void text(std::string_view name, std::string_view characters) { write_string(named(name), characters); }
  void number(std::string_view name, std::int64_t value) { named(name) += std::to_string(value); }
  void boolean(std::string_view name, bool value) { named(name) += value ? "true" : "false"; }
  void null(std::string_view name) { named(name) += "null"; }
  /// `json` is a JSON text already.
  void raw(std::string_view name, std::string_view json) { named(name) += json; }

  void text_or_null(std::string_view name, const std::optional<std::string>& value) {
    value ? text(name, *value) : null(name);
  }
  void number_or_null(std::string_view name, const std::optional<std::int64_t>& value) {
    value ? number(name, *value) : null(name);
  }
  void boolean_or_null(std::string_view name, const std::optional<bool>& value) {
    value ? boolean(name, *value) : null(name);
  }

  /// Writes the name; the caller appends the value.
  std::string& named(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace almanac::events::json
