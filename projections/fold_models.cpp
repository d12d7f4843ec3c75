#include "projections/fold_families.hpp"
#include "projections/key.hpp"

namespace almanac::projections {

void fold_organization(MutableRows& rows, const Change& change) {
  if ((change.was != nullptr) == (change.is != nullptr)) return;  // the key never changes while it lives
  const events::Model& model = change.either();
  const std::string key = organization_key(model.organization, model.id);
  if (change.is != nullptr)
    rows.put(Family::by_organization, key, {});
  else
    rows.erase(Family::by_organization, key);
}

void fold_catalogue(MutableRows& rows, const Change& change) {
  if (!change.either().is_system()) return;
  const auto place = [](const events::Model* model) {
    return model != nullptr ? std::optional(catalogue_key(*model)) : std::nullopt;
  };
  move_row(rows, Family::catalogue, place(change.was), place(change.is), {});

  const auto name = [](const events::Model* model) {
    return model != nullptr ? std::optional(model->system().external_key) : std::nullopt;
  };
  // Between two events of one append another model may have taken the name that this one gives up now.
  const std::string own = model_key(change.either().id);
  const auto was = name(change.was);
  const auto is = name(change.is);
  if (was == is) return;
  if (was && rows.get(Family::external_keys, *was) == own) rows.erase(Family::external_keys, *was);
  if (is) rows.put(Family::external_keys, *is, own);
}

}  // namespace almanac::projections
