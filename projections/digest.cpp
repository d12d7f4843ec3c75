#include "projections/bytes.hpp"
#include "projections/store.hpp"

namespace almanac::projections {

events::Hash digest(const Rows& rows) {
  events::Sha256 hash;
  for (std::size_t i = 0; i < families; ++i) {
    const auto family = static_cast<Family>(i);
    if (family == Family::meta) continue;
    hash.add(Out().sized(name_of(family)).take());
    rows.scan(family, "", [&](std::string_view key, std::string_view value) {
      hash.add(Out().sized(key).sized(value).take());
      return true;
    });
  }
  return hash.finish();
}

}  // namespace almanac::projections
