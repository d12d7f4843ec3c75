#include "events/json.hpp"

// The only file that knows RapidJSON.
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>

#include "events/json_guard.hpp"

namespace almanac::events::json {
namespace {

/// A lying count of children must not reserve memory that the text does not pay for.
constexpr std::size_t reserve_max = 64;
constexpr std::size_t few_members = 32;
constexpr std::size_t shown_name_max = 64;
constexpr std::size_t kept_bytes_max = 256 * 1024;

using Reader = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>>;

/// What a thread keeps from one parse to the next, so that a parse allocates little but its value.
struct Workspace {
  std::string copy;  // parsed in place
  Shape shape;
  std::vector<Value*> open;
  std::vector<std::size_t> key_offsets;
  Reader reader;

  void give_back_much() {
    if (copy.capacity() > kept_bytes_max) std::string{}.swap(copy);
    if (shape.children.capacity() > kept_bytes_max / 4) std::vector<std::uint32_t>{}.swap(shape.children);
    if (key_offsets.capacity() > kept_bytes_max / 8) std::vector<std::size_t>{}.swap(key_offsets);
  }
};

/// The first member whose name an earlier one has, among few.
std::optional<std::size_t> repeated_among_few(const Value& object) {
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < object.members.size(); ++i) {
    const std::string& name = object.members[i].first;
    const std::size_t mark = name.empty() ? 0
                                          : name.size() * 7 + static_cast<std::uint8_t>(name.front()) * 3 +
                                                static_cast<std::uint8_t>(name.back());
    const std::uint64_t bit = std::uint64_t{1} << (mark & 63);
    if ((seen & bit) != 0) {
      for (std::size_t j = 0; j < i; ++j) {
        if (object.members[j].first == name) return i;
      }
    }
    seen |= bit;
  }
  return std::nullopt;
}

/// Sorts rather than hashes: no choice of names makes it slow.
std::optional<std::size_t> repeated_among_many(const Value& object) {
  std::vector<std::pair<std::string_view, std::size_t>> names;
  names.reserve(object.members.size());
  for (const auto& member : object.members)
    names.emplace_back(member.first, names.size());
  std::sort(names.begin(), names.end());
  std::optional<std::size_t> first;
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i].first == names[i - 1].first)
      first = std::min(first.value_or(names[i].second), names[i].second);
  }
  return first;
}

/// Builds the value from the parser's events. An open container lies in its parent's vector, which nobody
/// touches until it is closed, so pointers to open containers hold.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  Builder(std::string_view original, Workspace& workspace, Value& root)
      : original_(original), workspace_(workspace), root_(root) {
    workspace_.open.clear();
    workspace_.key_offsets.clear();
  }

  bool Null() {
    place();
    return true;
  }
  bool Bool(bool value) {
    Value& at = place();
    at.kind = Kind::boolean;
    at.boolean = value;
    return true;
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    Value& at = place();
    at.kind = Kind::number;
    at.text = original_.substr(offset(text), length);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    Value& at = place();
    at.kind = Kind::string;
    at.text.assign(text, length);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    workspace_.open.back()->members.emplace_back(
        std::piecewise_construct, std::forward_as_tuple(text, length), std::forward_as_tuple());
    workspace_.key_offsets.push_back(offset(text) - 1);
    return true;
  }
  bool StartObject() {
    open(Kind::object).members.reserve(expected_children());
    return true;
  }
  bool StartArray() {
    open(Kind::array).items.reserve(expected_children());
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    const Value& object = *workspace_.open.back();
    const std::size_t count = object.members.size();
    const auto repeated = count <= few_members ? repeated_among_few(object) : repeated_among_many(object);
    auto& offsets = workspace_.key_offsets;
    if (repeated) {
      const std::string& name = object.members[*repeated].first;
      fault = Fault{offsets[offsets.size() - count + *repeated],
                    name.size() <= shown_name_max ? "a second member \"" + name + "\"" : "a member twice"};
      return false;
    }
    offsets.resize(offsets.size() - count);
    workspace_.open.pop_back();
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    workspace_.open.pop_back();
    return true;
  }

  std::optional<Fault> fault;

 private:
  std::size_t offset(const char* in_copy) const {
    return static_cast<std::size_t>(in_copy - workspace_.copy.data());
  }
  Value& place() {
    if (workspace_.open.empty()) return root_;
    Value& parent = *workspace_.open.back();
    return parent.kind == Kind::object ? parent.members.back().second : parent.items.emplace_back();
  }
  Value& open(Kind kind) {
    Value& container = place();
    container.kind = kind;
    workspace_.open.push_back(&container);
    return container;
  }
  std::size_t expected_children() {
    return std::min<std::size_t>(workspace_.shape.children[opened_++], reserve_max);
  }

  std::string_view original_;
  Workspace& workspace_;
  Value& root_;
  std::size_t opened_ = 0;
};

}  // namespace

tl::expected<Value, Fault> parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes_max) {
    return tl::unexpected(
        Fault{limits.bytes_max, "longer than " + std::to_string(limits.bytes_max) + " bytes"});
  }
  thread_local Workspace workspace;
  workspace.copy.assign(text);
  tl::expected<Value, Fault> result{Value{}};
  if (auto fault = guard(workspace.copy, limits, workspace.shape)) {
    result = tl::unexpected(std::move(*fault));
  } else {
    Builder builder(text, workspace, *result);
    rapidjson::InsituStringStream in(workspace.copy.data());
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    const rapidjson::ParseResult parsed = workspace.reader.Parse<flags>(in, builder);
    if (builder.fault) {
      result = tl::unexpected(std::move(*builder.fault));
    } else if (parsed.IsError()) {
      result = tl::unexpected(Fault{parsed.Offset(), rapidjson::GetParseError_En(parsed.Code())});
    }
  }
  workspace.give_back_much();
  return result;
}

}  // namespace almanac::events::json
