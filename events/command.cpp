#include "events/command.hpp"

#include <array>
#include <utility>

namespace almanac::events {
namespace {

constexpr std::array<std::pair<Scope, std::string_view>, 6> scopes{{
    {Scope::models_read, "models:read"},
    {Scope::models_write, "models:write"},
    {Scope::catalog_write, "catalog:write"},
    {Scope::events_read, "events:read"},
    {Scope::events_read_all, "events:read:all"},
    {Scope::org_admin, "org:admin"},
}};
constexpr std::array<std::string_view, 3> plans{"free", "pro", "enterprise"};

}  // namespace

std::string_view name_of(Scope scope) {
  for (const auto& [value, name] : scopes) {
    if (value == scope) return name;
  }
  return {};
}

std::optional<Scope> scope_named(std::string_view name) {
  for (const auto& [value, known] : scopes) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string_view name_of(Plan plan) {
  return plans[static_cast<std::size_t>(plan)];
}

std::optional<Plan> plan_named(std::string_view name) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i] == name) return static_cast<Plan>(i);
  }
  return std::nullopt;
}

}  // namespace almanac::events
