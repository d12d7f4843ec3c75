#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/json.hpp"
#include "services/cli/verdicts.hpp"

/// The LiteLLM model map (`model_prices_and_context_window.json`) as import rows. Numbers stay the texts that
/// they are; what the service can judge it judges, here is held back only what is no text model at all or
/// what no row could say.
namespace almanac::cli {

/// How a price becomes a credit multiplier: dollars a million output tokens, divided by what one credit
/// stands for, rounded half up to 6 places. All in millionths, exact.
struct LitellmRules {
  std::int64_t credit_millionths = 1'000'000;         ///< dollars a million output tokens that are 1
  std::int64_t premium_from_millionths = 15'000'000;  ///< multiplier from which a model is premium
  std::int64_t price_max_millionths = 1'000'000'000;  ///< dollars a million: above it is a unit mistake
  bool confirm = false;                               ///< rows say that jumps of a price are meant

  /// For the plan: the rule in a sentence.
  std::string text() const;
};

struct LitellmRows {
  std::vector<events::json::Value> rows;
  std::vector<std::size_t> places;  ///< of each row, its place among the map's models
  std::vector<HeldBack> held_back;
  std::vector<std::string> skipped;  ///< keys of the map that are no models at all
  std::size_t models() const { return rows.size() + held_back.size(); }
};

/// The error says why the text is no such map.
tl::expected<LitellmRows, std::string> litellm_rows(std::string_view text, const LitellmRules& rules);

/// The names under which each of these keys can be told from the others.
std::vector<std::string> litellm_names(
    const std::vector<std::pair<std::string, std::string>>& keys_providers);

}  // namespace almanac::cli
