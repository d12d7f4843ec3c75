#pragma once
#include <optional>

#include <tl/expected.hpp>

#include "events/log/log.hpp"
#include "projections/projector.hpp"

namespace almanac::projections {

/// What a rebuild found. `present` and `beside` are digests at the same position, the present one's.
struct Rebuilt {
  Applied applied;  ///< of the new one: the log's end
  std::optional<events::Position> compared_at;
  std::optional<events::Hash> present;  ///< nullopt when there was none to compare with
  std::optional<events::Hash> beside;
  bool equal() const { return present == beside; }
};

/// Builds read models from the log into `<directory>.rebuild`, beside the present ones (nullptr when there
/// are none): up to the present position, compares digests, then on to the log's end. What an earlier,
/// interrupted rebuild left there goes.
tl::expected<Rebuilt, log::Failure> rebuild_beside(const log::Records& log, const Snapshot* present,
                                                   const Store::Options& options,
                                                   const Projector::Progress& progress);

/// Puts what rebuild_beside built in the place of the present ones, which nobody may have open. A crash in
/// between leaves no read models, or old and new ones beside each other: either way the next start has what
/// it needs.
tl::expected<void, log::Failure> swap_in_rebuilt(const Store::Options& options);
/// Removes what rebuild_beside built.
void discard_rebuilt(const Store::Options& options);

}  // namespace almanac::projections
