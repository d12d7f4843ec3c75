#pragma once
#include <cstdint>

namespace almanac::node {

/// What the kernel says of this process.
struct ProcessFigures {
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;
  double cpu_seconds = 0;  ///< user and system
};
ProcessFigures figures_of_this_process();

}  // namespace almanac::node
