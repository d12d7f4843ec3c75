#include "events/price.hpp"

#include <algorithm>
#include <utility>

namespace almanac::events {

Price price_at(const Model& system_model, Instant at) {
  const auto& future = system_model.future_price;
  return future && future->effective_at <= at ? future->price : system_model.price;
}

std::optional<std::string> multiplier_fault(const std::optional<Multiplier>& multiplier) {
  if (!multiplier || (multiplier->millionths >= 0 && multiplier->millionths <= multiplier_max_millionths)) {
    return std::nullopt;
  }
  return "must be between 0 and 10000, is " + multiplier->text();
}

PriceHead price_head(const View& view, const Model& system_model, Instant at) {
  const auto head = [&](const Model& model) {
    return PriceHead{model.id, price_at(model, at), model.system().provider, model.system().model_name};
  };
  if (system_model.updated_at <= at) return head(system_model);
  Model standing = system_model;
  while (standing.updated_at > at && standing.version > 1) {
    auto earlier = view.model_as_of(standing.id, standing.last_position - 1);
    if (!earlier) break;
    standing = *std::move(earlier);
  }
  return head(standing);
}

bool suspicious(const std::optional<Multiplier>& from, const std::optional<Multiplier>& to) {
  if (!from || !to || *from == *to) return false;
  const std::int64_t less = std::min(from->millionths, to->millionths);
  const std::int64_t more = std::max(from->millionths, to->millionths);
  return less == 0 || more / 100 >= less;
}

}  // namespace almanac::events
