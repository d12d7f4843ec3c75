#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "events/json.hpp"

namespace almanac::cli::test {

/// What one entry of the map says, read by the table in the data's README and by nothing of the importer:
/// with the C library's numbers, so that the two can disagree.
struct Listing {
  /// Why it can be no model; empty: it can. One of `no mode`, `no text model`, `units`, `price`, `no window`
  /// (a new model must say it), `window`, `output`, `date`.
  std::string no_model_because;
  std::string provider;
  std::optional<std::int64_t> window, output;
  bool streaming = true, tools = false, vision = false, reasoning = false;
  std::optional<std::int64_t> multiplier_millionths;  ///< nullopt: unpriced, or nothing said
  std::optional<std::string> ends_on;                 ///< YYYY-MM-DD

  bool premium() const { return multiplier_millionths && *multiplier_millionths >= 15'000'000; }
};
Listing listing_of(const events::json::Value& entry);

}  // namespace almanac::cli::test
