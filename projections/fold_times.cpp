#include "projections/bytes.hpp"
#include "projections/fold_families.hpp"
#include "projections/key.hpp"

namespace almanac::projections {

// One row a second: the first position in it, then for each millisecond with events (ascending) u16 the
// millisecond within the second, u32 its last position less the first. At most 1,000 entries: 6 KB.
void fold_times(MutableRows& rows, const events::Stamp& stamp) {
  const std::int64_t second = second_of(stamp.time);
  const auto millisecond = static_cast<std::uint16_t>(stamp.time.ms - second * 1000);
  const std::string key = time_key(second);
  std::string row = rows.get(Family::times, key).value_or(std::string());
  constexpr std::size_t head = 8;
  constexpr std::size_t entry = 6;
  if (row.empty()) row = Out(head + entry).u64(stamp.position).take();
  const Position first = In(row).u64();
  if (row.size() > head && In(std::string_view(row).substr(row.size() - entry)).u16() == millisecond)
    row.resize(row.size() - entry);
  row += Out(entry).u16(millisecond).u32(static_cast<std::uint32_t>(stamp.position - first)).take();
  rows.put(Family::times, key, row);
}

}  // namespace almanac::projections
