#pragma once

/// What the program ends with (operations.md): scripts hold on to it.
namespace almanac::cli {

inline constexpr int done = 0;
inline constexpr int refused = 1;      ///< the service said no, or a check failed
inline constexpr int wrong_usage = 2;  ///< also a refused configuration
inline constexpr int unreachable = 3;  ///< the service could not be reached

}  // namespace almanac::cli
