#pragma once
#include <optional>
#include <vector>

#include "events/model.hpp"
#include "projections/queries/life.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// From when on a price of a system model holds, until the next row's instant. Of rows with one instant the
/// later position holds.
struct PriceRow {
  events::Instant from;
  events::Position opened_by = 0;  ///< the event that set it
  events::Price price;
  bool operator==(const PriceRow&) const = default;
};

/// All prices of a system model in order of (instant, position), scheduled ones too, as the log stood right
/// after `as_of`: later ones are not in it, and one taken back later still is.
std::vector<PriceRow> prices_of(const Rows& rows, const events::ModelId& system_model,
                                std::optional<events::Position> as_of = std::nullopt);

/// The rows that begin from `since` on (nullopt: all) and before `until`, but for those that were taken back.
struct Prices {
  std::vector<PriceRow> rows;
  events::Instant known_until;  ///< rows that begin then or later may be missing

  /// The last row that begins at or before t; nullptr: none that was read.
  const PriceRow* at(events::Instant t) const;
  std::optional<events::Instant> next_after(events::Instant t) const;
};
Prices prices_between(const Rows& rows, const events::ModelId& system_model,
                      std::optional<events::Instant> since, events::Instant until, Allowance& allowance);

}  // namespace almanac::projections
