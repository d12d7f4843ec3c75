#include "events/deprecation.hpp"

#include "events/lifecycle.hpp"

namespace almanac::events {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

bool at_its_end(const Model& model, Instant now) {
  return own_state(model, now) == LifecycleState::end_of_life;
}

bool has_date(const Model& model, Instant date) {
  return model.deprecation && model.deprecation->end_of_life_at == date;
}

}  // namespace

std::optional<ModelDeprecated> standing_deprecation(const Model& model) {
  if (!model.deprecation) return std::nullopt;
  const Deprecation& standing = *model.deprecation;
  return ModelDeprecated{standing.end_of_life_at, standing.message, standing.replacement};
}

std::vector<Payload> payloads_toward(const Model& model, const std::optional<ModelDeprecated>& wanted,
                                     Instant now) {
  const auto standing = standing_deprecation(model);
  if (standing == wanted) return {};
  if (!wanted) {
    if (at_its_end(model, now)) return {ModelRestored{}};
    return {ModelDeprecationCancelled{standing->end_of_life_at}};
  }
  std::vector<Payload> payloads{*wanted};
  // Other words of a date that stands are no new schedule: its end is recorded already, or will be.
  if (!has_date(model, wanted->end_of_life_at) && wanted->end_of_life_at <= now) {
    payloads.emplace_back(ModelReachedEndOfLife{wanted->end_of_life_at, now, 0});
  }
  return payloads;
}

std::optional<std::string> date_fault(const Model& model, Instant wanted, Instant now) {
  if (has_date(model, wanted) || !at_its_end(model, now)) return std::nullopt;
  return "The model reached its end of life at " + model.deprecation->end_of_life_at.text() +
         "; only its message and replacement can change. Delete its deprecation first to restore it.";
}

std::optional<std::string> notice_fault(const Model& model, Instant wanted, std::int64_t min_notice_days,
                                        Instant now) {
  if (!model.is_system() || min_notice_days <= 0 || has_date(model, wanted)) return std::nullopt;
  if (wanted.ms - now.ms >= min_notice_days * day_ms) return std::nullopt;
  return "must be at least " + std::to_string(min_notice_days) + " days away, not before " +
         Instant{now.ms + min_notice_days * day_ms}.text();
}

}  // namespace almanac::events
