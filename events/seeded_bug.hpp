#pragma once
#include <string_view>
#ifdef ALMANAC_SEEDED_BUGS
#include <cstdlib>
#endif

/// Bugs on purpose, to prove that the tests would find them. Only a build with the CMake option
/// ALMANAC_SEEDED_BUGS has any, and it has the one that the environment variable ALMANAC_SEEDED_BUG names; in
/// every other build the question is answered while compiling, and nothing of them is left. `tests/campaign
/// seeded` tries them all.
namespace almanac::events {

#ifdef ALMANAC_SEEDED_BUGS
inline bool seeded_bug(std::string_view name) {
  static const char* const chosen = std::getenv("ALMANAC_SEEDED_BUG");
  return chosen != nullptr && name == chosen;
}
#else
constexpr bool seeded_bug(std::string_view) {
  return false;
}
#endif

}  // namespace almanac::events
