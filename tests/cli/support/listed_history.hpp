#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/cli/support/listing.hpp"
#include "tests/cli/support/litellm_files.hpp"

namespace almanac::cli::test {

/// What the raw history says of every model at every instant, folded without an event, a log or an importer.
/// An entry counts from the snapshot at which it can be a model (listing.hpp) on; what it becomes while it
/// cannot be one leaves it as it stood. A window that is taken away stands.
class ListedHistory {
 public:
  explicit ListedHistory(const std::vector<Snapshot>& history);

  struct Standing {
    events::Instant at;
    Listing listing;
    bool removed = false;  ///< from the map; the listing is the last one
    bool current = true;   ///< false: the map says something since that can be no model
  };
  /// By key, each in order of time.
  const std::map<std::string, std::vector<Standing>>& models() const { return models_; }
  /// The last one at or before then.
  const Standing* at(const std::string& key, events::Instant t) const;

 private:
  void take(const std::string& key, events::Instant at, const ModelMap& map);

  std::map<std::string, std::vector<Standing>> models_;
};

}  // namespace almanac::cli::test
