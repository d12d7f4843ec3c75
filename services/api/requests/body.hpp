#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/command.hpp"
#include "events/json.hpp"

namespace almanac::api {

enum class Nulls : std::uint8_t { refused, allowed };

/// Reads the members of a JSON object into typed values; every fault of shape is kept with its pointer, and a
/// member with a fault reads as absent. Bounds and the rules of text are the law's (events/bounds). Members
/// that nobody asked for are unknown fields.
class Fields {
 public:
  Fields(const events::json::Value& object, events::Faults& faults) : object_(object), faults_(faults) {}

  events::RowMember<std::string> text(std::string_view name, Nulls nulls);
  /// `4096`, `4096.0`, `4.096e3`; anything else is a fault.
  events::RowMember<std::int64_t> whole(std::string_view name, Nulls nulls);
  events::RowMember<bool> flag(std::string_view name, Nulls nulls);
  /// From the number's own text, exactly; null is no multiplier.
  events::RowMember<events::Multiplier> multiplier(std::string_view name);
  events::RowMember<events::Tier> tier(std::string_view name);
  events::RowMember<events::Instant> instant(std::string_view name, Nulls nulls);
  /// Any value, null too, as compact text.
  events::RowMember<std::string> any(std::string_view name);
  /// A model's id. A text that cannot be one names no model: the fault says `unknown`.
  events::RowMember<events::ModelId> id(std::string_view name, std::string_view unknown);
  /// Any value, for nested reading; counts as asked for.
  const events::json::Value* value(std::string_view name);

  /// A fault when the member is absent.
  void require(std::string_view name);
  void fault(std::string_view name, std::string detail);
  /// A fault a member that was not asked for. Called once, last.
  void refuse_unknown();

 private:
  const events::json::Value* take(std::string_view name, Nulls nulls, bool& is_null);

  const events::json::Value& object_;
  events::Faults& faults_;
  std::vector<std::string_view> asked_;
};

/// `/name`, escaped by RFC 6901.
std::string pointer_to(std::string_view name);

}  // namespace almanac::api
