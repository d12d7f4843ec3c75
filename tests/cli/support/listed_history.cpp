#include "tests/cli/support/listed_history.hpp"

namespace almanac::cli::test {

ListedHistory::ListedHistory(const std::vector<Snapshot>& history) {
  ModelMap map;
  for (const Snapshot& snapshot : history) {
    fold(map, snapshot);
    for (const Change& change : snapshot.changes)
      take(change.model, snapshot.at, map);
  }
}

void ListedHistory::take(const std::string& key, events::Instant at, const ModelMap& map) {
  const auto known = models_.find(key);
  const auto entry = map.find(key);
  if (entry == map.end()) {
    if (known == models_.end()) return;
    Standing gone = known->second.back();
    gone.at = at;
    gone.removed = true;
    known->second.push_back(std::move(gone));
    return;
  }
  Standing standing{at, listing_of(entry->second)};
  const bool only_windowless = standing.listing.no_model_because == "no window";
  if (known == models_.end()) {
    if (standing.listing.no_model_because.empty()) models_[key].push_back(std::move(standing));
    return;
  }
  if (only_windowless) {
    standing.listing.no_model_because.clear();
    standing.listing.window = known->second.back().listing.window;
  } else if (!standing.listing.no_model_because.empty()) {
    standing = known->second.back();
    standing.at = at;
    standing.current = false;
  }
  known->second.push_back(std::move(standing));
}

const ListedHistory::Standing* ListedHistory::at(const std::string& key, events::Instant t) const {
  const auto known = models_.find(key);
  if (known == models_.end()) return nullptr;
  const Standing* found = nullptr;
  for (const Standing& standing : known->second)
    if (standing.at <= t) found = &standing;
  return found;
}

}  // namespace almanac::cli::test
