#include <algorithm>
#include <limits>
#include <stdexcept>

#include "events/json.hpp"

namespace almanac::events::json {
namespace {

/// Finds a target's members by name: a patch of many members must not take the square of their number.
class Index {
 public:
  explicit Index(const Value& object) {
    names_.reserve(object.members.size());
    for (const auto& member : object.members)
      names_.emplace_back(member.first, names_.size());
    std::sort(names_.begin(), names_.end());
  }

  std::optional<std::size_t> find(std::string_view name) const {
    const auto at =
        std::lower_bound(names_.begin(), names_.end(), name,
                         [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    if (at == names_.end() || at->first != name) return std::nullopt;
    return at->second;
  }

 private:
  std::vector<std::pair<std::string, std::size_t>> names_;  // copies, since members move when one is added
};

/// MergePatch of RFC 7396, section 2. Returns whether the target changed.
bool merge(Value& target, const Value& patch) {
  if (patch.kind != Kind::object) {
    if (target == patch) return false;
    target = patch;
    return true;
  }
  bool changed = false;
  if (target.kind != Kind::object) {
    target = Value{.kind = Kind::object};
    changed = true;
  }
  const Index index(target);
  std::vector<bool> removed(target.members.size());
  for (const auto& [name, change] : patch.members) {
    const auto found = index.find(name);
    if (change.kind == Kind::null) {
      if (!found) continue;
      removed[*found] = true;
      changed = true;
    } else if (found) {
      changed |= merge(target.members[*found].second, change);
    } else {
      merge(target.members.emplace_back(name, Value{}).second, change);
      changed = true;
    }
  }
  removed.resize(target.members.size());
  std::size_t place = 0;
  std::erase_if(target.members, [&](const auto&) { return removed[place++]; });
  return changed;
}

Value parsed(std::string_view text) {
  auto value = parse(text, {.bytes_max = std::numeric_limits<std::size_t>::max()});
  if (!value) throw std::invalid_argument("merge_patch was given what is no JSON: " + value.error().detail);
  return std::move(*value);
}

}  // namespace

std::string merge_patch(std::string_view target, std::string_view patch) {
  Value value = parsed(target);
  if (!merge(value, parsed(patch))) return std::string(target);
  std::string out;
  write(out, value);
  return out;
}

}  // namespace almanac::events::json
