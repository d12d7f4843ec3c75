#include "events/event.hpp"

#include <array>

namespace almanac::events {
namespace {

/// In the order of Payload; stored in every record's ce_type, so frozen.
constexpr std::array<std::string_view, 15> names{"LogCreated",
                                                 "ModelCreated",
                                                 "ModelUpdated",
                                                 "ModelRepriceCancelled",
                                                 "ModelRepriced",
                                                 "ModelDisabled",
                                                 "ModelEnabled",
                                                 "ModelDeprecated",
                                                 "ModelDeprecationCancelled",
                                                 "ModelReachedEndOfLife",
                                                 "ModelRestored",
                                                 "ModelDeleted",
                                                 "CatalogImported",
                                                 "WriterClaimed",
                                                 "LogSealed"};
static_assert(names.size() == std::variant_size_v<Payload>);

}  // namespace

std::string_view name_of(const Payload& payload) {
  return names[payload.index()];
}

}  // namespace almanac::events
