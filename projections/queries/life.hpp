#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "events/model.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// Rows that a request may still look at.
class Allowance {
 public:
  explicit Allowance(std::size_t rows) : left_(rows) {}
  void take() { left_ -= left_ > 0 ? 1 : 0; }
  bool spent() const { return left_ == 0; }

 private:
  std::size_t left_;
};

/// What a model was over a period, without its long texts: a snapshot for each of its events, which holds
/// from `updated_at` on until the next one's. Of several of one instant the last holds.
struct Life {
  std::vector<events::Model> snapshots;
  events::Instant known_until;  ///< snapshots that hold from then or later may be missing

  /// nullptr: it was not there yet, or `t` lies before what was read.
  const events::Model* at(events::Instant t) const;
  std::optional<events::Instant> next_after(events::Instant t) const;
};

/// From what held just before `since` (nullopt: from its creation) to `until`, as far as the allowance goes.
/// What happened at `since` itself, and all of one instant together, is read in any case: whoever goes on
/// from `known_until` comes forward.
Life life_of(const Rows& rows, const events::ModelId& id, std::optional<events::Instant> since,
             events::Instant until, Allowance& allowance);

}  // namespace almanac::projections
