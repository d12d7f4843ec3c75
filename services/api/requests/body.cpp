#include "services/api/requests/body.hpp"

#include <algorithm>

namespace almanac::api {

namespace json = events::json;
using events::RowMember;

std::string pointer_to(std::string_view name) {
  std::string pointer = "/";
  for (const char c : name) {
    if (c == '~')
      pointer.append("~0");
    else if (c == '/')
      pointer.append("~1");
    else
      pointer.push_back(c);
  }
  return pointer;
}

void Fields::fault(std::string_view name, std::string detail) {
  faults_.push_back({pointer_to(name), std::move(detail)});
}

const json::Value* Fields::value(std::string_view name) {
  asked_.push_back(name);
  return object_.find(name);
}

void Fields::require(std::string_view name) {
  if (object_.find(name) == nullptr) fault(name, "is required");
}

void Fields::refuse_unknown() {
  for (const auto& [name, value] : object_.members)
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) fault(name, "unknown field " + name);
}

/// The member when there is something to read; nullptr when it is absent, null or wrongly null.
const json::Value* Fields::take(std::string_view name, Nulls nulls, bool& is_null) {
  const json::Value* found = value(name);
  if (found == nullptr || found->kind != json::Kind::null) return found;
  if (nulls == Nulls::allowed)
    is_null = true;
  else
    fault(name, "must not be null");
  return nullptr;
}

RowMember<std::string> Fields::text(std::string_view name, Nulls nulls) {
  bool is_null = false;
  const json::Value* found = take(name, nulls, is_null);
  if (found == nullptr) return {is_null, std::nullopt};
  if (found->kind == json::Kind::string) return {true, found->text};
  fault(name, "must be a string");
  return {};
}

RowMember<std::int64_t> Fields::whole(std::string_view name, Nulls nulls) {
  bool is_null = false;
  const json::Value* found = take(name, nulls, is_null);
  if (found == nullptr) return {is_null, std::nullopt};
  if (found->kind == json::Kind::number)
    if (const auto whole = json::whole(*found)) return {true, *whole};
  fault(name, "must be a whole number");
  return {};
}

RowMember<bool> Fields::flag(std::string_view name, Nulls nulls) {
  bool is_null = false;
  const json::Value* found = take(name, nulls, is_null);
  if (found == nullptr) return {is_null, std::nullopt};
  if (found->kind == json::Kind::boolean) return {true, found->boolean};
  fault(name, "must be true or false");
  return {};
}

RowMember<events::Multiplier> Fields::multiplier(std::string_view name) {
  bool is_null = false;
  const json::Value* found = take(name, Nulls::allowed, is_null);
  if (found == nullptr) return {is_null, std::nullopt};
  if (found->kind == json::Kind::number)
    if (const auto multiplier = events::Multiplier::parse(found->text)) return {true, *multiplier};
  fault(name, "must be a number from 0 to 10000 with up to 6 decimal places, or null");
  return {};
}

RowMember<events::Tier> Fields::tier(std::string_view name) {
  bool is_null = false;
  const json::Value* found = take(name, Nulls::refused, is_null);
  if (found == nullptr) return {};
  if (found->kind == json::Kind::string)
    if (const auto tier = events::tier_named(found->text)) return {true, *tier};
  fault(name, "must be one of standard, premium");
  return {};
}

RowMember<events::Instant> Fields::instant(std::string_view name, Nulls nulls) {
  bool is_null = false;
  const json::Value* found = take(name, nulls, is_null);
  if (found == nullptr) return {is_null, std::nullopt};
  if (found->kind == json::Kind::string)
    if (const auto at = events::Instant::parse(found->text)) return {true, *at};
  fault(name, "must be an RFC 3339 time, for example 2026-12-31T00:00:00Z");
  return {};
}

RowMember<std::string> Fields::any(std::string_view name) {
  const json::Value* found = value(name);
  if (found == nullptr) return {};
  std::string text;
  json::write(text, *found);
  return {true, std::move(text)};
}

RowMember<events::ModelId> Fields::id(std::string_view name, std::string_view unknown) {
  const RowMember<std::string> found = text(name, Nulls::refused);
  if (!found.given) return {};
  if (const auto id = events::ModelId::parse(*found.value)) return {true, *id};
  fault(name, std::string(unknown));
  return {};
}

}  // namespace almanac::api
