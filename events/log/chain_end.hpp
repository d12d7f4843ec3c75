#pragma once
#include "events/log/chain.hpp"

namespace almanac::log {

/// The chain behind the last of these records, as found by linking up the last 512 of them: they may come
/// from a WAL, where damage can hide. A break is a Failure that names the position.
tl::expected<Chain, Failure> chain_at_end(const Records& records, Chain::HashAt hash_at = {});

}  // namespace almanac::log
