#include "services/writer/clock.hpp"

namespace almanac::writer {

events::Instant MachineClock::wall() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::floor<std::chrono::milliseconds>(since).count()};
}

std::chrono::nanoseconds MachineClock::steady() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace almanac::writer
