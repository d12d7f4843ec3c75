#include "projections/queries/prices.hpp"

#include <algorithm>

#include "projections/bytes.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

PriceRow row_of(std::string_view place_bytes, const PriceValue& value) {
  In place(place_bytes);
  PriceRow row;
  row.from = place.instant();
  row.opened_by = place.u64();
  row.price = value.price;
  return row;
}

}  // namespace

std::vector<PriceRow> prices_of(const Rows& rows, const ModelId& system_model,
                                std::optional<Position> as_of) {
  std::vector<PriceRow> prices;
  const std::string prefix = price_prefix(system_model);
  rows.scan(Family::prices, prefix, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(prefix)) return false;
    const PriceValue price = decode_price(value);
    const PriceRow row = row_of(key.substr(prefix.size()), price);
    const bool opened = !as_of || row.opened_by <= *as_of;
    const bool taken_back = price.cancelled_by && (!as_of || *price.cancelled_by <= *as_of);
    if (opened && !taken_back) prices.push_back(row);
    return true;
  });
  return prices;
}

const PriceRow* Prices::at(Instant t) const {
  const auto behind = std::upper_bound(
      rows.begin(), rows.end(), t, [](Instant instant, const PriceRow& row) { return instant < row.from; });
  return behind == rows.begin() ? nullptr : &*(behind - 1);
}

std::optional<Instant> Prices::next_after(Instant t) const {
  const auto next = std::upper_bound(rows.begin(), rows.end(), t,
                                     [](Instant instant, const PriceRow& row) { return instant < row.from; });
  return next == rows.end() ? std::nullopt : std::optional(next->from);
}

Prices prices_between(const Rows& rows, const ModelId& system_model, std::optional<Instant> since,
                      Instant until, Allowance& allowance) {
  Prices prices;
  prices.known_until = until;
  const std::string prefix = price_prefix(system_model);
  std::optional<Instant> last = since;
  rows.scan(Family::prices, since ? price_key(system_model, *since, 0) : prefix,
            [&](std::string_view key, std::string_view value) {
              if (!key.starts_with(prefix)) return false;
              const PriceValue price = decode_price(value);
              const PriceRow row = row_of(key.substr(prefix.size()), price);
              if (row.from >= until) return false;
              if (allowance.spent() && (!last || row.from > *last)) {
                prices.known_until = row.from;
                return false;
              }
              allowance.take();
              last = row.from;
              if (!price.cancelled_by) prices.rows.push_back(row);
              return true;
            });
  return prices;
}

}  // namespace almanac::projections
