#pragma once
#include <chrono>

#include "events/instant.hpp"

namespace almanac::writer {

/// The two clocks of the machine, given by the owner so that tests hold them in their hand. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// What the world calls the time; may jump either way.
  virtual events::Instant wall() const = 0;
  /// Time passed since some start; never jumps, says nothing about the date.
  virtual std::chrono::nanoseconds steady() const = 0;
};

class MachineClock final : public Clock {
 public:
  events::Instant wall() const override;
  std::chrono::nanoseconds steady() const override;
};

}  // namespace almanac::writer
