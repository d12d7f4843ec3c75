#pragma once
#include <string>

#include "events/record.hpp"

namespace almanac::writer {

/// For `/readyz`: sentences for an operator, empty where all is well.
struct WriterStatus {
  bool taking_writes = false;
  std::string why_not;
  bool firing = false;  ///< ends of life are recorded when they are due
  std::string why_not_firing;
  events::Epoch epoch = 0;  ///< 0: never claimed
};

}  // namespace almanac::writer
