#pragma once
#include <random>

#include "events/uuid.hpp"

namespace almanac::writer {

/// Ids that name no model: of events, of commands (correlation), of a new log. Version 7 with 74 random bits,
/// so that they meet neither each other nor the ids that `decide` makes from time and position. One thread.
class RandomIds {
 public:
  RandomIds();
  events::Uuid next(events::Instant at);

 private:
  std::mt19937_64 random_;
};

}  // namespace almanac::writer
