#pragma once
#include <string>
#include <vector>

namespace almanac::node {

/// `almanac rebuild`: the read models anew from the log, beside the present ones, compared at the same
/// position. Without a running node they are swapped; beside one the result is only told. The exit status: 1
/// where the digests differ.
int rebuild(const std::vector<std::string>& arguments, bool json);

}  // namespace almanac::node
