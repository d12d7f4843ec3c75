#include "projections/fold_families.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

void fold_writer(MutableRows& rows, const events::WriterClaimed& claimed) {
  rows.put(Family::meta, writer_key,
           encode_writer({.epoch = claimed.epoch, .node = claimed.node, .url = claimed.url}));
}

}  // namespace almanac::projections
