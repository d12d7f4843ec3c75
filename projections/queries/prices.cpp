#include "projections/queries/prices.hpp"

#include "projections/bytes.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

std::vector<PriceRow> prices_of(const Rows& rows, const ModelId& system_model,
                                std::optional<Position> as_of) {
  std::vector<PriceRow> prices;
  const std::string prefix = price_prefix(system_model);
  rows.scan(Family::prices, prefix, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(prefix)) return false;
    In place(key.substr(prefix.size()));
    PriceRow row;
    row.from = place.instant();
    row.opened_by = place.u64();
    const PriceValue price = decode_price(value);
    const bool opened = !as_of || row.opened_by <= *as_of;
    const bool taken_back = price.cancelled_by && (!as_of || *price.cancelled_by <= *as_of);
    row.price = price.price;
    if (opened && !taken_back) prices.push_back(row);
    return true;
  });
  return prices;
}

}  // namespace almanac::projections
