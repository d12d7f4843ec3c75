#include "services/node/build.hpp"

namespace almanac::node {

std::string version() {
  return ALMANAC_VERSION;
}

std::string commit() {
  return ALMANAC_COMMIT;
}

std::string version_line() {
  return "almanac " + version() + " (commit " + commit() + ", " + ALMANAC_BUILD_TYPE + ", g++ " +
         __VERSION__ + ")";
}

}  // namespace almanac::node
