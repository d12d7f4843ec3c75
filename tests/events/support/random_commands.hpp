#pragma once
#include <cstdint>
#include <vector>

#include "events/command.hpp"
#include "tests/events/support/world.hpp"

/// Commands made from numbers, about a few models of two organisations, so that generated sequences meet
/// each other: small values, few names, instants close to now.
namespace almanac::events::testing {

struct Sent {
  Command command;
  Caller caller;
  std::int64_t later_ms = 0;  ///< how long after the command before
};

/// Two system models, two user models of `acme` and one of `other`: where sequences begin.
World peopled();

/// The same number makes the same command of the same world.
Sent command_from(const World& world, std::uint64_t number);

/// Numbers for a sequence of commands, for rc::check; shorter and smaller ones are simpler.
std::vector<std::uint64_t> arbitrary_numbers();

}  // namespace almanac::events::testing
