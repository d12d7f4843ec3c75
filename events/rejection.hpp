#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "events/lifecycle.hpp"
#include "events/uuid.hpp"

/// The ways in which the domain says no. One place turns them into HTTP (services/api/problem).
namespace almanac::events {

/// One thing that is wrong with a command: RFC 6901 pointer into its body ("" is the whole) and a sentence.
struct Fault {
  std::string pointer;
  std::string detail;
  bool operator==(const Fault&) const = default;
};
using Faults = std::vector<Fault>;

struct NotFound {};  ///< does not exist, or is not the caller's to see: the two read the same
struct MissingScope {
  std::string scope;
};
struct StaleTag {  ///< a conflict: If-Match named another state
  Tag current;
};
struct Invalid {
  Faults faults;  ///< every fault at once
};
struct PlanRequired {
  std::string plan;
};
struct KeyTaken {
  std::string external_key;
  ModelId by;
};
/// What other models hold against it: its user models, and those that name it as replacement.
struct HasDependents {
  std::uint64_t count = 0;
  std::vector<ModelId> ids;  ///< the first ten, in id order
};
struct CatalogueChanged {  ///< an import's expectedPosition is not where the catalogue last changed
  Position last_change = 0;
};
using Rejection = std::variant<NotFound, MissingScope, StaleTag, Invalid, PlanRequired, KeyTaken,
                               HasDependents, CatalogueChanged>;

}  // namespace almanac::events
