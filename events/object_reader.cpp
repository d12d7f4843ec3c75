#include "events/object_reader.hpp"

#include <algorithm>
#include <charconv>

namespace almanac::events {
namespace {

const json::Value nothing{};

std::optional<Position> position_in(std::string_view text) {
  Position value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

}  // namespace

ObjectReader::ObjectReader(const json::Value& value, std::string path, std::vector<std::string>& faults)
    : value_(value), path_(std::move(path)), faults_(faults) {
  asked_.reserve(value.members.size());
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

void ObjectReader::fault(std::string_view name, std::string_view what) {
  faults_.push_back(path_of(name) + " " + std::string(what));
}

const json::Value* ObjectReader::member(std::string_view name) {
  asked_.push_back(name);
  const json::Value* found = value_.find(name);
  if (found == nullptr) fault(name, "is missing");
  return found;
}

const json::Value* ObjectReader::member(std::string_view name, json::Kind kind, std::string_view expected) {
  const json::Value* found = member(name);
  if (found == nullptr || found->kind == kind) return found;
  fault(name, "is not " + std::string(expected));
  return nullptr;
}

/// nullptr when the member is null or missing. A reader of the type that may be null asks again for the
/// value.
const json::Value* ObjectReader::unless_null(std::string_view name) {
  const json::Value* found = value_.find(name);
  if (found != nullptr && found->kind != json::Kind::null) return found;
  member(name);
  return nullptr;
}

template <class Parse>
auto ObjectReader::parsed(std::string_view name, std::string_view expected, Parse parse) {
  const json::Value* found = member(name, json::Kind::string, expected);
  using Result = typename decltype(parse(std::string_view{}))::value_type;
  if (found == nullptr) return Result{};
  const auto result = parse(found->text);
  if (!result) fault(name, "is not " + std::string(expected));
  return result.value_or(Result{});
}

std::string ObjectReader::text(std::string_view name) {
  const json::Value* found = member(name, json::Kind::string, "a string");
  return found == nullptr ? std::string() : found->text;
}

std::optional<std::string> ObjectReader::text_or_null(std::string_view name) {
  return unless_null(name) == nullptr ? std::nullopt : std::optional(text(name));
}

std::int64_t ObjectReader::number(std::string_view name) {
  const json::Value* found = member(name, json::Kind::number, "a number");
  if (found == nullptr) return 0;
  const auto value = json::whole(*found);
  if (!value) fault(name, "is not a whole number");
  return value.value_or(0);
}

std::optional<std::int64_t> ObjectReader::number_or_null(std::string_view name) {
  return unless_null(name) == nullptr ? std::nullopt : std::optional(number(name));
}

bool ObjectReader::boolean(std::string_view name) {
  const json::Value* found = member(name, json::Kind::boolean, "true or false");
  return found != nullptr && found->boolean;
}

std::optional<bool> ObjectReader::boolean_or_null(std::string_view name) {
  return unless_null(name) == nullptr ? std::nullopt : std::optional(boolean(name));
}

std::string ObjectReader::any(std::string_view name) {
  std::string out;
  const json::Value* found = member(name);
  json::write(out, found == nullptr ? nothing : *found);
  return out;
}

Instant ObjectReader::instant(std::string_view name) {
  return parsed(name, "an RFC 3339 time", [](std::string_view text) { return Instant::parse(text); });
}

Uuid ObjectReader::uuid(std::string_view name) {
  return parsed(name, "an id", [](std::string_view text) { return Uuid::parse(text); });
}

std::optional<Uuid> ObjectReader::uuid_or_null(std::string_view name) {
  return unless_null(name) == nullptr ? std::nullopt : std::optional(uuid(name));
}

Position ObjectReader::position(std::string_view name) {
  return parsed(name, "a position as decimal text", position_in);
}

std::optional<Multiplier> ObjectReader::multiplier_or_null(std::string_view name) {
  if (unless_null(name) == nullptr) return std::nullopt;
  return parsed(name, "a multiplier as decimal text",
                [](std::string_view text) { return Multiplier::parse(text); });
}

ObjectReader ObjectReader::object(std::string_view name) {
  const json::Value* found = member(name, json::Kind::object, "an object");
  return {found == nullptr ? nothing : *found, path_of(name), faults_};
}

const std::vector<json::Value>& ObjectReader::array(std::string_view name) {
  const json::Value* found = member(name, json::Kind::array, "an array");
  return found == nullptr ? nothing.items : found->items;
}

void ObjectReader::finish() {
  for (const auto& [name, value] : value_.members) {
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
      fault(name, "is not known to this build");
  }
}

}  // namespace almanac::events
