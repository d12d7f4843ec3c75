#include "events/object_reader.hpp"

#include "events/exact_text.hpp"

namespace almanac::events {
namespace {

std::string_view inside(const json::Node& string) {
  return string.text.substr(1, string.text.size() - 2);
}

}  // namespace

ObjectReader::ObjectReader(const Nodes& nodes, std::size_t object, std::string path,
                           std::vector<std::string>& faults)
    : nodes_(nodes), first_(object + 1), next_(object + 1), path_(std::move(path)), faults_(faults) {
  // Anything but an object has no members; whoever asked for it has said that it is none.
  end_ = nodes[object].kind == json::Kind::object ? nodes[object].after : first_;
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

void ObjectReader::fault(std::string_view name, std::string_view what) {
  faults_.push_back(path_of(name) + " " + std::string(what));
}

std::size_t ObjectReader::find(std::string_view name) const {
  if (next_ < end_ && nodes_[next_].name == name) return next_;
  for (std::size_t at = first_; at < end_; at = nodes_[at].after) {
    if (nodes_[at].name == name) return at;
  }
  return none;
}

const json::Node* ObjectReader::member(std::string_view name) {
  const std::size_t found = find(name);
  if (found == none) {
    fault(name, "is missing");
    return nullptr;
  }
  if (found != next_) {
    in_order_ = in_order_ && found > next_;
    next_index_ = 0;
    for (std::size_t at = first_; at != found; at = nodes_[at].after)
      ++next_index_;
  }
  if (next_index_ < members_max) asked_ |= std::uint64_t{1} << next_index_;
  next_ = nodes_[found].after;
  ++next_index_;
  return &nodes_[found];
}

const json::Node* ObjectReader::member(std::string_view name, json::Kind kind, std::string_view expected) {
  const json::Node* found = member(name);
  if (found == nullptr || found->kind == kind) return found;
  fault(name, "is not " + std::string(expected));
  return nullptr;
}

bool ObjectReader::is_null(std::string_view name) const {
  const std::size_t found = find(name);
  return found != none && nodes_[found].kind == json::Kind::null;
}

template <class Value, class Parse>
Value ObjectReader::parsed(std::string_view name, std::string_view expected, Parse parse) {
  const json::Node* found = member(name, json::Kind::string, expected);
  if (found == nullptr) return {};
  const auto value = parse(inside(*found));
  if (!value) fault(name, "is not " + std::string(expected));
  return value.value_or(Value{});
}

std::string ObjectReader::text(std::string_view name) {
  const json::Node* found = member(name, json::Kind::string, "a string");
  return found == nullptr ? std::string() : json::characters(found->text);
}

std::optional<std::string> ObjectReader::text_or_null(std::string_view name) {
  if (is_null(name)) return member(name), std::nullopt;
  return text(name);
}

std::string_view ObjectReader::word(std::string_view name) {
  const json::Node* found = member(name, json::Kind::string, "a string");
  return found == nullptr ? std::string_view() : inside(*found);
}

std::uint32_t ObjectReader::small_number(std::string_view name) {
  const json::Node* found = member(name, json::Kind::number, "a number");
  if (found == nullptr) return 0;
  const auto value = number_in<std::uint32_t>(found->text);
  if (!value) fault(name, "is not a whole number from 0, written in digits");
  return value.value_or(0);
}

std::optional<std::int64_t> ObjectReader::number_or_null(std::string_view name) {
  if (is_null(name)) return member(name), std::nullopt;
  const json::Node* found = member(name, json::Kind::number, "a number");
  if (found == nullptr) return std::nullopt;
  const auto value = number_in<std::int64_t>(found->text);
  if (!value) fault(name, "is not a whole number, written in digits");
  return value;
}

bool ObjectReader::boolean(std::string_view name) {
  const json::Node* found = member(name, json::Kind::boolean, "true or false");
  return found != nullptr && found->boolean;
}

std::optional<bool> ObjectReader::boolean_or_null(std::string_view name) {
  if (is_null(name)) return member(name), std::nullopt;
  return boolean(name);
}

std::string ObjectReader::any(std::string_view name) {
  const json::Node* found = member(name);
  return std::string(found == nullptr ? "null" : found->text);
}

Instant ObjectReader::instant(std::string_view name) {
  return parsed<Instant>(name, "a time as YYYY-MM-DDTHH:MM:SS.mmmZ", instant_in);
}

Uuid ObjectReader::uuid(std::string_view name) {
  return parsed<Uuid>(name, "an id", Uuid::parse);
}

std::optional<Uuid> ObjectReader::uuid_or_null(std::string_view name) {
  if (is_null(name)) return member(name), std::nullopt;
  return uuid(name);
}

Position ObjectReader::position(std::string_view name) {
  return parsed<Position>(name, "a position as decimal text", number_in<Position>);
}

std::optional<Multiplier> ObjectReader::multiplier_or_null(std::string_view name) {
  if (is_null(name)) return member(name), std::nullopt;
  return parsed<Multiplier>(name, "a multiplier as decimal text", multiplier_in);
}

ObjectReader ObjectReader::object(std::string_view name) {
  const json::Node* found = member(name, json::Kind::object, "an object");
  static const Nodes nothing(1);
  if (found == nullptr) return {nothing, 0, path_of(name), faults_};
  return {nodes_, static_cast<std::size_t>(found - nodes_.data()), path_of(name), faults_};
}

std::vector<ObjectReader> ObjectReader::objects(std::string_view name) {
  std::vector<ObjectReader> readers;
  const json::Node* found = member(name, json::Kind::array, "an array");
  if (found == nullptr) return readers;
  for (std::size_t at = static_cast<std::size_t>(found - nodes_.data()) + 1; at < found->after;
       at = nodes_[at].after) {
    std::string path = path_of(name) + "/" + std::to_string(readers.size());
    if (nodes_[at].kind != json::Kind::object) faults_.push_back(path + " is not an object");
    readers.emplace_back(nodes_, at, std::move(path), faults_);
  }
  return readers;
}

void ObjectReader::finish() {
  std::size_t index = 0;
  for (std::size_t at = first_; at < end_; at = nodes_[at].after, ++index) {
    if (index >= members_max || (asked_ >> index & 1) == 0)
      fault(nodes_[at].name, "is not known to this build");
  }
  if (!in_order_) faults_.push_back(path_ + "/ has its members in another order");
}

}  // namespace almanac::events
