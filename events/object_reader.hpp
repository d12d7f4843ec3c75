#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/decimal.hpp"
#include "events/instant.hpp"
#include "events/json.hpp"
#include "events/record.hpp"
#include "events/uuid.hpp"

namespace almanac::events {

/// Reads one stored JSON object member by member and collects every fault: a member that is missing, of
/// another type, or (in `finish`) never asked for. What cannot be read comes back as its type's default.
class ObjectReader {
 public:
  /// `path` names the object in faults; "" is the whole value.
  ObjectReader(const json::Value& value, std::string path, std::vector<std::string>& faults);

  bool has(std::string_view name) const { return value_.find(name) != nullptr; }
  std::string text(std::string_view name);
  std::optional<std::string> text_or_null(std::string_view name);
  std::int64_t number(std::string_view name);
  std::optional<std::int64_t> number_or_null(std::string_view name);
  bool boolean(std::string_view name);
  std::optional<bool> boolean_or_null(std::string_view name);
  /// Any value, as compact text.
  std::string any(std::string_view name);
  Instant instant(std::string_view name);
  Uuid uuid(std::string_view name);
  std::optional<Uuid> uuid_or_null(std::string_view name);
  Position position(std::string_view name);
  std::optional<Multiplier> multiplier_or_null(std::string_view name);
  ObjectReader object(std::string_view name);
  const std::vector<json::Value>& array(std::string_view name);

  void fault(std::string_view name, std::string_view what);
  std::vector<std::string>& faults() { return faults_; }
  std::string path_of(std::string_view name) const;
  /// Every member that nobody asked for is a fault: what this build does not understand it must not fold.
  void finish();

 private:
  const json::Value* member(std::string_view name);
  const json::Value* member(std::string_view name, json::Kind kind, std::string_view expected);
  const json::Value* unless_null(std::string_view name);
  template <class Parse>
  auto parsed(std::string_view name, std::string_view expected, Parse parse);

  const json::Value& value_;
  std::string path_;
  std::vector<std::string>& faults_;
  std::vector<std::string_view> asked_;
};

}  // namespace almanac::events
