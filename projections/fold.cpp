#include "projections/fold.hpp"

#include "events/evolve.hpp"
#include "projections/fold_families.hpp"
#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

using events::Model;
using events::Recorded;

std::optional<Model> model_before(const MutableRows& rows, const std::string& key, const Recorded& recorded) {
  if (std::holds_alternative<events::ModelCreated>(recorded.event.payload)) return std::nullopt;
  const auto value = rows.get(Family::models, key);
  if (!value)
    throw Damaged("the read models lack model " + recorded.event.subject->text() + " that the event at " +
                  std::to_string(recorded.stamp.position) + " is about");
  return decode_model(*value);
}

void fold_model(MutableRows& rows, const Recorded& recorded) {
  const std::string key = model_key(*recorded.event.subject);
  const std::optional<Model> before = model_before(rows, key, recorded);
  const Model after = events::evolve(before, recorded);

  const std::string value = encode_model(after);
  rows.put(Family::models, key, value);
  rows.put(Family::history, history_key(after.id, recorded.stamp.position), value);
  if (after.is_system()) rows.put(Family::meta, catalogue_changed_key, encode_u64(recorded.stamp.position));

  const Change change{before && !before->deleted ? &*before : nullptr, after.deleted ? nullptr : &after};
  if (change.was == nullptr && change.is == nullptr) return;
  fold_organization(rows, change);
  fold_catalogue(rows, change);
  fold_children(rows, change);
  fold_replacements(rows, change);
  fold_timers(rows, change);
  fold_prices(rows, recorded);
  if (change.is == nullptr)
    rows.put(Family::departed, organization_key(after.organization, after.id),
             encode_u64(recorded.stamp.position));
}

}  // namespace

void fold(MutableRows& rows, const Recorded& recorded) {
  if (std::holds_alternative<events::CatalogImported>(recorded.event.payload))
    fold_batches(rows, recorded);
  else if (const auto* claimed = std::get_if<events::WriterClaimed>(&recorded.event.payload))
    fold_writer(rows, *claimed);
  else if (recorded.event.subject)
    fold_model(rows, recorded);
  fold_times(rows, recorded.stamp);
  fold_idempotency(rows, recorded.stamp);
}

void move_row(MutableRows& rows, Family family, const std::optional<std::string>& was,
              const std::optional<std::string>& is, std::string_view value) {
  if (was == is) return;
  if (was) rows.erase(family, *was);
  if (is) rows.put(family, *is, value);
}

void add_to(MutableRows& rows, Family family, std::string_view key, std::int64_t difference) {
  const auto value = rows.get(family, key);
  const std::uint64_t count = (value ? decode_u64(*value) : 0) + static_cast<std::uint64_t>(difference);
  if (count == 0)
    rows.erase(family, key);
  else
    rows.put(family, key, encode_u64(count));
}

}  // namespace almanac::projections
