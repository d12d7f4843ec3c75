#include "services/cli/litellm_price.hpp"

#include <limits>

#include "events/exact_number.hpp"

namespace almanac::cli {
namespace {

// Dollars a token are read exactly, in units of 10^-18 or, where a price trails the noise of somebody's
// binary floating point, of up to 10^-26.
constexpr int price_places = 18;
constexpr int price_places_max = 26;
constexpr std::uint64_t million = 1'000'000;
constexpr std::int64_t multiplier_millionths_max = 10'000'000'000;

std::string millionths_text(std::int64_t millionths) {
  return events::Multiplier{millionths}.text();
}

struct DollarsAToken {
  std::uint64_t units = 0;
  std::uint64_t scale = 1;  ///< units in 10^-18
};

std::optional<DollarsAToken> dollars_in(const std::string& number) {
  std::uint64_t scale = 1;
  for (int places = price_places; places <= price_places_max; ++places, scale *= 10) {
    const auto exact = events::exactly(number, places);
    if (!exact) continue;
    if (exact->negative && exact->magnitude != 0) return std::nullopt;
    return DollarsAToken{exact->magnitude, scale};
  }
  return std::nullopt;
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
  const auto a_token = dollars_in(cost->text);
  if (!a_token) return tl::make_unexpected("output_cost_per_token " + cost->text + " is no price");
  // 10^-18 dollars a token are 10^-12 dollars a million tokens.
  const std::uint64_t a_million_millionths = a_token->units / (million * a_token->scale);
  if (a_million_millionths > static_cast<std::uint64_t>(rules.price_max_millionths)) {
    return tl::make_unexpected("output_cost_per_token " + cost->text + " is $" +
                               millionths_text(static_cast<std::int64_t>(a_million_millionths)) +
                               " per million tokens: a mistake in units");
  }
  const std::uint64_t credit = static_cast<std::uint64_t>(rules.credit_millionths) * a_token->scale;
  const auto millionths = static_cast<std::int64_t>((a_token->units + credit / 2) / credit);
  if (millionths > multiplier_millionths_max) {
    return tl::make_unexpected("output_cost_per_token " + cost->text + " makes a multiplier over 10000");
  }
  return std::optional(
      LitellmPrice{events::Multiplier{millionths}, millionths >= rules.premium_from_millionths});
}

}  // namespace almanac::cli
