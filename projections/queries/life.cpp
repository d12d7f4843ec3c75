#include "projections/queries/life.hpp"

#include <algorithm>

#include "projections/key.hpp"
#include "projections/queries/as_of.hpp"
#include "projections/value.hpp"
#include "projections/view.hpp"

namespace almanac::projections {
namespace {

bool holds_later(Instant t, const Model& snapshot) {
  return t < snapshot.updated_at;
}

/// Thousands of snapshots stand in memory at once, and prompts alone are 50,000 characters.
Model without_long_texts(Model model) {
  model.metadata = std::string();
  if (model.is_system()) {
    std::get<events::SystemFields>(model.own).description.reset();
  } else {
    std::get<events::UserFields>(model.own).system_prompt.reset();
  }
  if (model.deprecation) model.deprecation->message.reset();
  return model;
}

}  // namespace

const Model* Life::at(Instant t) const {
  const auto behind = std::upper_bound(snapshots.begin(), snapshots.end(), t, holds_later);
  return behind == snapshots.begin() ? nullptr : &*(behind - 1);
}

std::optional<Instant> Life::next_after(Instant t) const {
  const auto next = std::upper_bound(snapshots.begin(), snapshots.end(), t, holds_later);
  return next == snapshots.end() ? std::nullopt : std::optional(next->updated_at);
}

Life life_of(const Rows& rows, const ModelId& id, std::optional<Instant> since, Instant until,
             Allowance& allowance) {
  Life life;
  life.known_until = until;
  Position before = 0;  // the log's own event, never a model's
  if (since) {
    allowance.take();
    before = position_at(rows, Instant{since->ms - 1}).value_or(0);
    allowance.take();
    if (auto held = RowsView(rows).model_as_of(id, before))
      life.snapshots.push_back(without_long_texts(*std::move(held)));
  }
  const std::string of_the_model = model_key(id);
  std::optional<Instant> last = since;
  rows.scan_back(Family::history, history_key(id, before + 1),
                 [&](std::string_view key, std::string_view value) {
                   if (!key.starts_with(of_the_model)) return false;
                   Model snapshot = decode_model(value);
                   if (snapshot.updated_at >= until) return false;
                   if (allowance.spent() && (!last || snapshot.updated_at > *last)) {
                     life.known_until = snapshot.updated_at;
                     return false;
                   }
                   allowance.take();
                   last = snapshot.updated_at;
                   life.snapshots.push_back(without_long_texts(std::move(snapshot)));
                   return true;
                 });
  return life;
}

}  // namespace almanac::projections
