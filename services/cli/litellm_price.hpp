#pragma once
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "events/decimal.hpp"
#include "services/cli/litellm.hpp"

namespace almanac::cli {

struct LitellmPrice {
  std::optional<events::Multiplier> multiplier;  ///< nullopt: null, unpriced
  bool premium = false;
};

/// What `output_cost_per_token` makes of a model's price. Absent, null and 0 are three things: nothing is
/// said (nullopt), unpriced, and free. The error says why it can be no price.
tl::expected<std::optional<LitellmPrice>, std::string> litellm_price(const events::json::Value& model,
                                                                     const LitellmRules& rules);

}  // namespace almanac::cli
