#include "projections/queries/writer.hpp"

#include "projections/key.hpp"

namespace almanac::projections {

std::optional<WriterValue> last_writer(const Rows& rows) {
  const auto value = rows.get(Family::meta, writer_key);
  if (!value) return std::nullopt;
  return decode_writer(*value);
}

}  // namespace almanac::projections
