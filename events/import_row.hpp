#pragma once
#include <optional>
#include <string>

#include "events/bounds.hpp"
#include "events/decide.hpp"

namespace almanac::events {

/// What an import would make of one row, judged by itself: replacements are resolved after all rows.
struct PlannedRow {
  std::string key;              ///< empty: none could be told
  std::optional<Model> before;  ///< nullopt: the row creates
  Model wanted;                 ///< its price is the one that is to hold now
  FaultList faults;             ///< pointers within the row

  bool rejected() const { return !faults.empty(); }
};

/// `ids` gives a created model its id.
PlannedRow plan_row(const View& view, const CatalogRow& row, const Circumstances& at, NewIds& ids);

/// The key that finds a row's model: its own, else `provider/modelName`; nullopt when it has neither.
std::optional<std::string> key_of(const CatalogRow& row);

}  // namespace almanac::events
