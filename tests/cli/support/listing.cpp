#include "tests/cli/support/listing.hpp"

#include <cmath>
#include <regex>

namespace almanac::cli::test {

namespace json = events::json;

namespace {

const json::Value* said(const json::Value& entry, const char* name) {
  const auto* value = entry.find(name);
  return value == nullptr || value->kind == json::Kind::null ? nullptr : value;
}

std::string text(const json::Value& entry, const char* name) {
  const auto* value = said(entry, name);
  return value == nullptr ? "" : value->text;
}

bool flag(const json::Value& entry, const char* name, bool otherwise) {
  const auto* value = said(entry, name);
  return value == nullptr ? otherwise : value->boolean;
}

/// False when what is said can be no limit.
bool read_limit(const json::Value& entry, const char* name, std::optional<std::int64_t>& limit) {
  const auto* value = said(entry, name);
  if (value == nullptr) value = said(entry, "max_tokens");
  if (value == nullptr) return true;
  if (value->kind != json::Kind::number) return false;
  const double number = std::strtod(value->text.c_str(), nullptr);
  limit = std::llround(number);
  return std::floor(number) == number && number >= 1 && number <= 1e8;
}

}  // namespace

Listing listing_of(const json::Value& entry) {
  Listing listing;
  listing.provider = text(entry, "litellm_provider");
  listing.tools = flag(entry, "supports_function_calling", false);
  listing.vision = flag(entry, "supports_vision", false);
  listing.reasoning = flag(entry, "supports_reasoning", false);
  listing.streaming = flag(entry, "supports_native_streaming", true);
  const bool window = read_limit(entry, "max_input_tokens", listing.window);
  const bool output = read_limit(entry, "max_output_tokens", listing.output);
  if (const auto date = text(entry, "deprecation_date"); !date.empty()) listing.ends_on = date;

  const std::string mode = text(entry, "mode");
  std::string& why = listing.no_model_because;
  if (mode.empty()) {
    why = "no mode";
  } else if (mode != "chat" && mode != "completion" && mode != "responses") {
    why = "no text model";
  } else if (const auto* price = said(entry, "output_cost_per_token"); price != nullptr) {
    const long double dollars = std::strtold(price->text.c_str(), nullptr);
    if (price->kind != json::Kind::number || dollars < 0) {
      why = "price";
    } else if (dollars > 1e-3L) {
      why = "units";
    } else {
      listing.multiplier_millionths = std::llround(dollars * 1e12L);
    }
  }
  if (!why.empty()) return listing;
  static const std::regex day("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  if (!window) {
    why = "window";
  } else if (!listing.window) {
    why = "no window";
  } else if (!output) {
    why = "output";
  } else if (listing.ends_on && !std::regex_match(*listing.ends_on, day)) {
    why = "date";
  }
  return listing;
}

}  // namespace almanac::cli::test
