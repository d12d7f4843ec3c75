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
///
/// FROZEN, since ids are in the log: UUIDv7 (RFC 9562, section 5.7) whose 74 free bits are the position and
/// then the counter, so that ids are ordered as (time, position, counter) are.
///   bits   0..47  log time in milliseconds      bits  66..109  low 44 bits of the position
///   bits  48..51  version 7                     bits 110..127  counter within the command
///   bits  52..63  high 12 bits of the position
///   bits  64..65  variant 10
class NewIds {
 public:
  /// An import of 10,000 rows and its batch need 10,001.
  static constexpr std::uint32_t ids_per_command_max = 1 << 18;

  NewIds(Instant at, std::uint64_t first_position) : at_(at), position_(first_position) {}
  /// Throws std::length_error past `ids_per_command_max` or position 2^56: a broken invariant, never a clash.
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
