#pragma once
#include <optional>
#include <string_view>

#include "events/event.hpp"
#include "events/model.hpp"
#include "projections/rows.hpp"

/// The folds behind `fold`, one source a family of rows. Only fold.cpp calls them.
namespace almanac::projections {

/// What one event made of a model, as far as it lives: nullptr before creation and after deletion.
struct Change {
  const events::Model* was = nullptr;
  const events::Model* is = nullptr;
  /// The living one, or the one that just went.
  const events::Model& either() const { return is != nullptr ? *is : *was; }
};

void fold_organization(MutableRows& rows, const Change& change);
void fold_catalogue(MutableRows& rows, const Change& change);
void fold_children(MutableRows& rows, const Change& change);
void fold_replacements(MutableRows& rows, const Change& change);
void fold_timers(MutableRows& rows, const Change& change);

void fold_prices(MutableRows& rows, const events::Recorded& recorded);
void fold_times(MutableRows& rows, const events::Stamp& stamp);
void fold_idempotency(MutableRows& rows, const events::Stamp& stamp);
void fold_batches(MutableRows& rows, const events::Recorded& recorded);
void fold_writer(MutableRows& rows, const events::WriterClaimed& claimed);

/// A row that may be there under a key or not: leaves it alone when nothing changed.
void move_row(MutableRows& rows, Family family, const std::optional<std::string>& was,
              const std::optional<std::string>& is, std::string_view value);
/// Adds to a counted row; gone at 0.
void add_to(MutableRows& rows, Family family, std::string_view key, std::int64_t difference);

}  // namespace almanac::projections
