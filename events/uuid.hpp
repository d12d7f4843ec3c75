#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/instant.hpp"

namespace almanac::events {

/// A UUID (RFC 9562). Model ids, batch ids and log ids are version 7, so that id order is log order.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Lower-case canonical text, 36 characters.
  std::string text() const;
  /// Only the canonical lower-case form is accepted; anything else is no id at all.
  static std::optional<Uuid> parse(std::string_view text);

  auto operator<=>(const Uuid&) const = default;
};

using ModelId = Uuid;
using BatchId = Uuid;

/// Makes the ids of one command: log time, the position its first event will take, and a counter.
/// A position is taken once, so two committed commands never make the same id, after any restart.
class NewIds {
 public:
  NewIds(Instant at, std::uint64_t first_position) : at_(at), position_(first_position) {}
  Uuid next();

 private:
  Instant at_;
  std::uint64_t position_;
  std::uint32_t made_ = 0;
};

}  // namespace almanac::events

template <>
struct std::hash<almanac::events::Uuid> {
  std::size_t operator()(const almanac::events::Uuid& id) const noexcept;
};
