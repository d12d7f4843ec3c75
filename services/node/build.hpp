#pragma once
#include <string>

namespace almanac::node {

/// `0.1.0`
std::string version();
/// The commit that was built, `unknown` outside a repository.
std::string commit();
/// `almanac 0.1.0 (commit 1a2b3c4d, release, g++ 12.2.0)`
std::string version_line();

}  // namespace almanac::node
