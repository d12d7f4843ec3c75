#include <algorithm>
#include <limits>

#include "events/exact_number.hpp"
#include "events/json.hpp"

namespace almanac::events::json {

const Value* Value::find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [name](const auto& member) { return member.first == name; });
  return found == members.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> whole(const Value& number) {
  if (number.kind != Kind::number) return std::nullopt;
  const auto exact = exactly(number.text, 0);
  if (!exact) return std::nullopt;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (exact->magnitude > most + (exact->negative ? 1 : 0)) return std::nullopt;
  const std::uint64_t twos_complement = exact->negative ? 0 - exact->magnitude : exact->magnitude;
  return static_cast<std::int64_t>(twos_complement);
}

std::size_t depth(const Value& value) {
  if (value.kind != Kind::array && value.kind != Kind::object) return 0;
  std::size_t deepest = 0;
  for (const Value& item : value.items)
    deepest = std::max(deepest, depth(item));
  for (const auto& member : value.members)
    deepest = std::max(deepest, depth(member.second));
  return deepest + 1;
}

}  // namespace almanac::events::json
