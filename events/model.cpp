#include "events/model.hpp"

namespace almanac::events {

std::string_view name_of(Tier tier) {
  return tier == Tier::premium ? "premium" : "standard";
}

std::optional<Tier> tier_named(std::string_view name) {
  if (name == "standard") return Tier::standard;
  if (name == "premium") return Tier::premium;
  return std::nullopt;
}

}  // namespace almanac::events
