#pragma once
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include "projections/queries/life.hpp"
#include "projections/queries/prices.hpp"
#include "projections/queries/rates.hpp"

namespace almanac::projections {

/// The intervals of one model after the other over one period: the join of what each was built on since when
/// and what that cost since when. System models are read once for all that stand on them. One request.
class RateWalk {
 public:
  RateWalk(const Rows& rows, const RatesAsked& asked, Allowance& allowance)
      : rows_(rows), from_(asked.from), to_(asked.to), allowance_(allowance) {}

  struct Start {
    Instant at;
    events::Position opened_by = 0;  ///< what was in force just before
  };
  struct Stretch {
    std::vector<Rate> rates;
    std::optional<Start> cut;  ///< where it goes on: the allowance ended it
  };
  /// From its creation, or from where an earlier walk was cut; that one must be the first walk. Stops behind
  /// more than `most`, of which the last may not be whole.
  Stretch walk(const Model& subject, const std::optional<Start>& start, std::size_t most);

 private:
  /// Orders what opens an interval: the later instant, then the later event.
  struct Opening {
    std::optional<Instant> at;  ///< nullopt: before all that was read
    events::Position by = 0;
    auto operator<=>(const Opening&) const = default;
  };
  /// A system model over the period, as what others are priced by.
  struct Pricer {
    std::optional<Instant> since;
    Life life;
    Prices prices;
    std::vector<Opening> openings;  ///< one a price: the change of the multiplier that began last

    Instant known_until() const { return std::min(life.known_until, prices.known_until); }
  };
  /// The subject's own life, and what opened its stay on each of its parents.
  struct Own {
    const Life& life;
    std::vector<Opening> openings;  ///< one a snapshot
  };

  const Pricer& pricer(const ModelId& id, std::optional<Instant> since);
  static std::vector<Opening> openings_of(const Life& life, const Prices& prices);
  static std::vector<Opening> openings_of(const Life& own, const std::optional<Start>& start);
  static Opening opening_at(const Own& own, const Pricer& pricer, Instant t);
  Rate rate_at(const Own& own, const Pricer& pricer, Instant t) const;
  void tell(Stretch& stretch, Rate rate) const;

  const Rows& rows_;
  Instant from_, to_;
  Allowance& allowance_;
  std::unordered_map<ModelId, Pricer> pricers_;
};

}  // namespace almanac::projections
