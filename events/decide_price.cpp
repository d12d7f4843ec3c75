#include <utility>

#include "events/access.hpp"
#include "events/bounds.hpp"
#include "events/decide_families.hpp"
#include "events/price.hpp"

namespace almanac::events {
namespace {

std::optional<Rejection> no_price_of_its_own(const Model& model) {
  if (model.is_system()) return std::nullopt;
  return Invalid{{{"", "Prices stand on system models: this model's is that of its parent " +
                           model.user().parent.text() + "."}}};
}

bool has_future_price(const Model& model, Instant now) {
  return model.future_price && model.future_price->effective_at > now;
}

Event cancelling(const Model& model, Instant now) {
  const FuturePrice& future = *model.future_price;
  return {model.id,
          {},
          now,
          std::nullopt,
          ModelRepriceCancelled{future.price, future.effective_at, future.scheduled_by}};
}

/// A price from now leaves the future one in place; a later one replaces it, and then says itself only what
/// would not hold anyway.
std::vector<Event> repricing(const Model& model, const RepriceModel& command, Instant now) {
  const Instant from_when = command.effective_at.value_or(now);
  const Price today = price_at(model, now);
  const bool later = from_when > now;
  const bool replaces = later && has_future_price(model, now);
  const Price standing = later ? price_at(model, from_when) : today;
  const Price wanted{command.multiplier, command.tier.value_or(standing.tier)};
  std::vector<Event> events;
  if (replaces && model.future_price->effective_at == from_when && model.future_price->price == wanted) {
    return events;
  }
  if (replaces) events.push_back(cancelling(model, now));
  if (wanted != today) {
    events.push_back({model.id, {}, from_when, std::nullopt, ModelRepriced{today, wanted}});
  }
  return events;
}

}  // namespace

Decided decide_one(const View& view, const RepriceModel& command, const Circumstances& at) {
  const auto subject = admit(view, command.id, at, Scope::catalog_write);
  if (!subject) return tl::unexpected(subject.error());
  if (auto no = no_price_of_its_own(subject->model)) return tl::unexpected(*std::move(no));
  FaultList faults(command.faults);
  faults.judge("/creditMultiplier", multiplier_fault(command.multiplier));
  if (command.effective_at && *command.effective_at < at.now) {
    faults.judge("/effectiveAt", "must not lie in the past: it is " + at.now.text() + " now");
  }
  if (!faults.empty()) return tl::unexpected<Rejection>(Invalid{faults.faults()});
  Decision decision;
  decision.model = command.id;
  decision.events = repricing(subject->model, command, at.now);
  return decision;
}

Decided decide_one(const View& view, const CancelReprice& command, const Circumstances& at) {
  const auto subject = admit(view, command.id, at, Scope::catalog_write);
  if (!subject) return tl::unexpected(subject.error());
  if (auto no = no_price_of_its_own(subject->model)) return tl::unexpected(*std::move(no));
  Decision decision;
  decision.model = command.id;
  if (has_future_price(subject->model, at.now)) decision.events.push_back(cancelling(subject->model, at.now));
  return decision;
}

}  // namespace almanac::events
