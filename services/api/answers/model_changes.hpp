#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/model.hpp"

namespace almanac::api {

/// A field of a system model that an import touched: both values as JSON text.
struct ModelChange {
  std::string_view field;
  std::string from;
  std::string to;
};

/// What differs between two states of one system model, as an import's answer names the fields; `before`
/// nullptr: it was created. Prices as they hold at `t`.
std::vector<ModelChange> model_changes(const events::Model* before, const events::Model& after,
                                       events::Instant t);

}  // namespace almanac::api
