#include "tests/projections/support/stream_reader.hpp"

#include <algorithm>

namespace almanac::projections::testing {

using events::Instant;
using events::LifecycleState;

namespace {

/// The last row that begins at or before t.
template <class Table>
typename Table::const_iterator in_force(const Table& table, Instant t) {
  auto found = table.end();
  for (auto row = table.begin(); row != table.end() && row->first.at <= t; ++row)
    found = row;
  return found;
}

bool moves(const events::ModelUpdated& updated) {
  return std::any_of(updated.changes.begin(), updated.changes.end(), [](const events::FieldChange& change) {
    return change.field == events::Field::parent_model_id;
  });
}

}  // namespace

void StreamReader::read(const events::Recorded& recorded) {
  const events::Event& event = recorded.event;
  if (!event.subject) return;
  const Since now{recorded.stamp.time, recorded.stamp.position};
  const Since then{event.effective_at, recorded.stamp.position};
  if (const auto* created = std::get_if<events::ModelCreated>(&event.payload)) {
    Of& of = models_[*event.subject];
    of.priced_by[now] = event.head->priced_by;
    if (std::holds_alternative<events::SystemFields>(created->own)) of.price[then] = event.head->price;
    of.enabled[now] = created->enabled;
    of.ends_at[now] = std::nullopt;
    return;
  }
  const auto known = models_.find(*event.subject);
  if (known == models_.end()) return;
  Of& of = known->second;
  if (const auto* updated = std::get_if<events::ModelUpdated>(&event.payload)) {
    if (moves(*updated)) of.priced_by[now] = event.head->priced_by;
  } else if (const auto* repriced = std::get_if<events::ModelRepriced>(&event.payload)) {
    of.price[then] = repriced->to;
  } else if (const auto* taken_back = std::get_if<events::ModelRepriceCancelled>(&event.payload)) {
    of.price.erase({taken_back->was_due_at, taken_back->scheduled_by});
  } else if (const auto* deprecated = std::get_if<events::ModelDeprecated>(&event.payload)) {
    of.ends_at[now] = deprecated->end_of_life_at;
  } else if (std::holds_alternative<events::ModelDeprecationCancelled>(event.payload) ||
             std::holds_alternative<events::ModelRestored>(event.payload)) {
    of.ends_at[now] = std::nullopt;
  } else if (std::holds_alternative<events::ModelDisabled>(event.payload)) {
    of.enabled[now] = false;
  } else if (std::holds_alternative<events::ModelEnabled>(event.payload)) {
    of.enabled[now] = true;
  } else if (std::holds_alternative<events::ModelDeleted>(event.payload)) {
    of.priced_by[now] = std::nullopt;
  }
}

LifecycleState StreamReader::state(const Of& of, Instant t) const {
  const auto& ends_at = in_force(of.ends_at, t)->second;
  if (ends_at && *ends_at <= t) return LifecycleState::end_of_life;
  if (!in_force(of.enabled, t)->second) return LifecycleState::disabled;
  return ends_at ? LifecycleState::deprecated : LifecycleState::active;
}

std::optional<StreamReader::Told> StreamReader::at(const events::ModelId& model, Instant t) const {
  const auto found = models_.find(model);
  if (found == models_.end()) return std::nullopt;
  const auto stay = in_force(found->second.priced_by, t);
  if (stay == found->second.priced_by.end() || !stay->second) return std::nullopt;
  const Of& pricer = models_.at(*stay->second);
  const auto price = in_force(pricer.price, t);
  auto opened = price;  // back over rows that left the multiplier as it was
  while (opened != pricer.price.begin() && std::prev(opened)->second.multiplier == opened->second.multiplier)
    --opened;
  Told told{*stay->second, price->second, std::min(state(found->second, t), state(pricer, t)), 0};
  told.opened_by = std::max(stay->first, opened->first).by;
  return told;
}

std::vector<Instant> StreamReader::instants() const {
  std::vector<Instant> instants;
  for (const auto& [id, of] : models_) {
    for (const auto& [since, value] : of.priced_by)
      instants.push_back(since.at);
    for (const auto& [since, value] : of.price)
      instants.push_back(since.at);
    for (const auto& [since, value] : of.enabled)
      instants.push_back(since.at);
    for (const auto& [since, value] : of.ends_at) {
      instants.push_back(since.at);
      if (value) instants.push_back(*value);
    }
  }
  return instants;
}

}  // namespace almanac::projections::testing
