#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/lifecycle.hpp"
#include "events/model.hpp"
#include "projections/queries/models.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// What one model cost over an interval in which nothing that is said here changed. `priced_by` is the system
/// model whose price it was; of a system model itself.
struct Rate {
  ModelId model;
  std::string organization;  ///< empty: a system model
  ModelId priced_by;
  Instant from, to;  ///< half-open, clipped to the period
  events::Price price;
  std::string provider, model_name;  ///< of `priced_by`
  LifecycleState state{};            ///< effective
  /// Position of the event that opened it: the creation, the re-pointing or the change of the multiplier that
  /// began last. What only splits an interval (state, tier, provider and name) leaves it.
  events::Position opened_by = 0;
  bool operator==(const Rate&) const = default;
};

struct RatesAsked {
  Instant from, to;  ///< the period; `to` may lie ahead, what is scheduled holds there
  std::optional<ModelId> model;
  std::optional<std::string> organization;  ///< its user models alone
};

/// Where a page ended: the model whose turn it was, up to when its intervals were told, and what had opened
/// the one in force just before.
struct RatesPlace {
  ModelId model;
  Instant at;
  events::Position opened_by = 0;
  bool operator==(const RatesPlace&) const = default;
};

struct RatesPage {
  std::vector<Rate> items;
  std::optional<RatesPlace> next;
};

/// Every interval of the period, of the models that there were in it, deleted ones too: system models first,
/// then by organisation, in each the newest model first, of each model in order of time. `seen_by` sees its
/// own user models and all system models, nullopt everything.
///
/// Nothing before the time of the last event of these rows ever changes: the time of events never goes back,
/// no event holds before its own time but a ModelReachedEndOfLife, and an end of life is derived from what
/// scheduled it and not from that event.
///
/// A page ends after `limit` intervals or `scan_max` rows; where rows ended it, an interval may go on in the
/// next page. nullopt: no page of what was asked for can have ended at `after`.
std::optional<RatesPage> list_rates(const Rows& rows, const std::optional<std::string>& seen_by,
                                    const RatesAsked& asked, const std::optional<RatesPlace>& after,
                                    std::size_t limit, std::size_t rows_max = scan_max);

}  // namespace almanac::projections
