#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/instant.hpp"
#include "events/json.hpp"

/// The real files of ../shared/data. Each reader says nullopt when its file is not there.
namespace almanac::cli::test {

/// A map of models by key, as LiteLLM keeps it.
using ModelMap = std::map<std::string, events::json::Value>;

std::optional<std::string> real_map_text();

struct Change {
  enum class Kind : std::uint8_t { listed, changed, removed } kind = Kind::listed;
  std::string model;
  events::json::Value value;  ///< listed: the whole entry; changed: {field: [from, to]}
};
struct Snapshot {
  events::Instant at;
  std::vector<Change> changes;
};
/// In the order of the file, which is that of time.
std::optional<std::vector<Snapshot>> real_history();

/// A change to null takes the field away: the history does not tell null from absent.
void fold(ModelMap& map, const Snapshot& snapshot);
std::string text_of(const ModelMap& map);

}  // namespace almanac::cli::test
