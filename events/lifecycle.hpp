#pragma once
#include <optional>
#include <string>

#include "events/model.hpp"

/// What the clock makes of a model. Every function takes the instant of the answer, t = max(clock, time of
/// the last applied event); no timer is waited for.
namespace almanac::events {

/// From worse to better; stored nowhere, names are the API's.
enum class LifecycleState : std::uint8_t { end_of_life, disabled, deprecated, active };
std::string_view name_of(LifecycleState state);
std::optional<LifecycleState> lifecycle_named(std::string_view name);

LifecycleState own_state(const Model& model, Instant t);
/// The worse of own and parent's; `parent` is nullptr for a system model.
LifecycleState effective_state(const Model& model, const Model* parent, Instant t);

/// Date, message and replacement from one layer: the one with the earlier date, own on a tie.
/// nullptr when neither layer has one.
const Deprecation* effective_deprecation(const Model& model, const Model* parent);

/// The moment a deprecation shows in the Deprecation header: the earlier of its end and its first
/// announcement.
Instant deprecated_since(const Deprecation& deprecation);

/// An ETag's three numbers (api.md): own version, parent's version (0: none), instants passed.
struct Tag {
  std::uint64_t version = 0;
  std::uint64_t parent_version = 0;
  std::uint32_t passed = 0;

  std::string text() const;  ///< `5-2-0`, without quotes
  static std::optional<Tag> parse(std::string_view text);
  bool operator==(const Tag&) const = default;
};
Tag tag_of(const Model& model, const Model* parent, Instant t);

/// The first standing instant after t at which the answer changes by itself; nullopt when there is none.
std::optional<Instant> next_change_after(const Model& model, const Model* parent, Instant t);

}  // namespace almanac::events
