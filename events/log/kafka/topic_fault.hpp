#pragma once
#include <cstdint>

#include "events/log/log.hpp"

namespace almanac::log::kafka {

enum class Trouble : std::uint8_t {
  passing,  ///< the brokers cannot be asked: ask again
  final,    ///< the topic is not fit: an operator has to change something
};
struct TopicFault {
  Trouble trouble = Trouble::passing;
  Failure failure;
};

}  // namespace almanac::log::kafka
