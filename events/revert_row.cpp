#include "events/revert_row.hpp"

#include "events/bounds.hpp"
#include "events/deprecation.hpp"
#include "events/difference.hpp"

namespace almanac::events {
namespace {

constexpr const char* changed_since = "was changed after the import, so it stays as it is";

/// Three-way: `undo` runs when the batch changed the part and nothing has since.
template <class Part, class Undo>
void take_back(RevertedModel& out, const char* pointer, const Part& before, const Part& after, const Part& is,
               Undo undo) {
  if (before == after || is == before) return;
  if (is == after) return undo();
  out.notes.emplace_back(pointer, changed_since);
}

void take_back_deprecation(RevertedModel& out, const Model& before, const Model& after) {
  const auto undo = [&] {
    out.wanted.deprecation = before.deprecation;
    out.wanted.ended = before.ended;
  };
  take_back(out, "/endOfLifeAt", standing_deprecation(before), standing_deprecation(after),
            standing_deprecation(out.is), undo);
}

}  // namespace

RevertedModel revert_model(const Model& before, const Model& after, const Model& is, Instant batch_at,
                           Instant now) {
  RevertedModel out{is, is, {}};
  for (const FieldChange& change : changed_fields(before, after)) {
    take_back(out, pointer_to(change.field).c_str(), change.from, change.to, own_value(is, change.field),
              [&] { set_own(out.wanted, change.field, change.from); });
  }
  const Price before_price = price_at(before, batch_at);
  const Price price = price_at(is, now);
  out.wanted.price = price;
  take_back(out, "/creditMultiplier", before_price, price_at(after, batch_at), price,
            [&] { out.wanted.price = before_price; });
  take_back(out, "/enabled", before.enabled, after.enabled, is.enabled,
            [&] { out.wanted.enabled = before.enabled; });
  take_back_deprecation(out, before, after);
  return out;
}

}  // namespace almanac::events
