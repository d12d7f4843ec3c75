#include "projections/fold_families.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

using events::ModelCreated;
using events::ModelRepriceCancelled;
using events::ModelRepriced;
using events::Price;
using events::Recorded;

void open_price(MutableRows& rows, const Recorded& recorded, const Price& price) {
  const std::string key =
      price_key(*recorded.event.subject, recorded.event.effective_at, recorded.stamp.position);
  rows.put(Family::prices, key, encode_price({price, std::nullopt}));
}

// The row stays, marked: as of a position before this one it was still to come.
void cancel_price(MutableRows& rows, const Recorded& recorded, const ModelRepriceCancelled& cancelled) {
  const std::string key = price_key(*recorded.event.subject, cancelled.was_due_at, cancelled.scheduled_by);
  rows.put(Family::prices, key, encode_price({cancelled.price, recorded.stamp.position}));
}

}  // namespace

void fold_prices(MutableRows& rows, const Recorded& recorded) {
  if (const auto* created = std::get_if<ModelCreated>(&recorded.event.payload)) {
    const bool of_the_catalogue = std::holds_alternative<events::SystemFields>(created->own);
    if (of_the_catalogue && recorded.event.head) open_price(rows, recorded, recorded.event.head->price);
  } else if (const auto* repriced = std::get_if<ModelRepriced>(&recorded.event.payload)) {
    open_price(rows, recorded, repriced->to);
  } else if (const auto* cancelled = std::get_if<ModelRepriceCancelled>(&recorded.event.payload)) {
    cancel_price(rows, recorded, *cancelled);
  }
}

}  // namespace almanac::projections
