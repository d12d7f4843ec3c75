#include "tests/cli/support/listed_model.hpp"

#include <gtest/gtest.h>

namespace almanac::cli::test {

events::Instant midnight(const std::string& day) {
  return events::Instant::parse(day + "T00:00:00Z").value();
}

std::size_t expect_listed(const events::Model& model, const std::string& key, const Listing& listing) {
  std::size_t equal = 0;
  const events::SystemFields& own = model.system();
  const auto expect = [&](const char* field, const auto& is, const auto& wanted) {
    EXPECT_EQ(is, wanted) << key << " " << field;
    if (is == wanted) ++equal;
  };
  expect("externalKey", own.external_key, key);
  expect("modelName", own.model_name, key);
  expect("provider", own.provider, listing.provider);
  expect("contextWindow", own.context_window, listing.window);
  expect("maxTokensPerRequest", own.max_tokens, listing.output);
  expect("supportsStreaming", own.streaming, listing.streaming);
  expect("supportsTools", own.tools, listing.tools);
  expect("supportsVision", own.vision, listing.vision);
  expect("supportsReasoning", own.reasoning, listing.reasoning);
  const auto multiplier =
      model.price.multiplier ? std::optional(model.price.multiplier->millionths) : std::nullopt;
  expect("creditMultiplier", multiplier, listing.multiplier_millionths);
  expect("modelTier", model.price.tier == events::Tier::premium, listing.premium());
  const auto ends_at = model.deprecation ? std::optional(model.deprecation->end_of_life_at) : std::nullopt;
  expect("endOfLifeAt", ends_at, listing.ends_on ? std::optional(midnight(*listing.ends_on)) : std::nullopt);
  return equal;
}

}  // namespace almanac::cli::test
