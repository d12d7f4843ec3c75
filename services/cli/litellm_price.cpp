#include "services/cli/litellm_price.hpp"

#include <limits>

#include "events/exact_number.hpp"

namespace almanac::cli {
namespace {

constexpr int price_places = 18;  // dollars a token are read in units of 10^-18: exact for every real price
constexpr std::uint64_t million = 1'000'000;
constexpr std::int64_t multiplier_millionths_max = 10'000'000'000;

std::string millionths_text(std::int64_t millionths) {
  return events::Multiplier{millionths}.text();
}

}  // namespace

std::string LitellmRules::text() const {
  return "creditMultiplier = dollars per million output tokens / " + millionths_text(credit_millionths) +
         ", rounded to 6 places; premium from " + millionths_text(premium_from_millionths) + "; over $" +
         millionths_text(price_max_millionths) + " per million tokens is taken for a mistake in units";
}

tl::expected<std::optional<LitellmPrice>, std::string> litellm_price(const events::json::Value& model,
                                                                     const LitellmRules& rules) {
  using events::json::Kind;
  const auto* cost = model.find("output_cost_per_token");
  if (cost == nullptr) return std::optional<LitellmPrice>();
  if (cost->kind == Kind::null) return std::optional(LitellmPrice{});
  if (cost->kind != Kind::number) {
    return tl::make_unexpected(std::string("output_cost_per_token is no number"));
  }
  const auto a_token = events::exactly(cost->text, price_places);
  if (!a_token || (a_token->negative && a_token->magnitude != 0)) {
    return tl::make_unexpected("output_cost_per_token " + cost->text + " is no price");
  }
  // Units of 10^-18 dollars a token are units of 10^-12 dollars a million tokens.
  const std::uint64_t a_million_millionths = a_token->magnitude / million;
  if (a_million_millionths > static_cast<std::uint64_t>(rules.price_max_millionths)) {
    return tl::make_unexpected("output_cost_per_token " + cost->text + " is $" +
                               millionths_text(static_cast<std::int64_t>(a_million_millionths)) +
                               " per million tokens: a mistake in units");
  }
  const auto credit = static_cast<std::uint64_t>(rules.credit_millionths);
  const auto millionths = static_cast<std::int64_t>((a_token->magnitude + credit / 2) / credit);
  if (millionths > multiplier_millionths_max) {
    return tl::make_unexpected("output_cost_per_token " + cost->text + " makes a multiplier over 10000");
  }
  return std::optional(
      LitellmPrice{events::Multiplier{millionths}, millionths >= rules.premium_from_millionths});
}

}  // namespace almanac::cli
