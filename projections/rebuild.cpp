#include "projections/rebuild.hpp"

#include "projections/beside.hpp"

namespace almanac::projections {
namespace fs = std::filesystem;
namespace {

log::Failure failure(const Stopped& stopped) {
  return {"folding stopped at position " + std::to_string(stopped.at) + ": " + stopped.why, stopped.mend};
}

tl::unexpected<log::Failure> cannot_swap(const std::error_code& error) {
  return tl::make_unexpected(
      log::Failure{"the rebuilt read models cannot be put in place: " + error.message(),
                   "check the rights on the data directory, then run almanac rebuild again"});
}

}  // namespace

tl::expected<Rebuilt, log::Failure> rebuild_beside(const log::Records& log, const Snapshot* present,
                                                   const Store::Options& options,
                                                   const Projector::Progress& progress) {
  discard_rebuilt(options);
  Store::Options new_options = options;
  new_options.directory = rebuilt_beside(options.directory);
  new_options.access = Store::Access::own;
  auto store = Store::open(new_options);
  if (!store) return tl::unexpected(store.error());
  Projector projector(**store);
  Rebuilt rebuilt;
  if (present != nullptr && present->applied().position) {
    rebuilt.compared_at = present->applied().position;
    if (auto folded = projector.catch_up(log, progress, rebuilt.compared_at); !folded)
      return tl::unexpected(failure(folded.error()));
    rebuilt.beside = digest(*projector.latest());
    rebuilt.present = digest(*present);
  }
  if (auto folded = projector.catch_up(log, progress); !folded)
    return tl::unexpected(failure(folded.error()));
  if (auto flushed = (*store)->flush(); !flushed) return tl::unexpected(flushed.error());
  rebuilt.applied = (*store)->applied();
  return rebuilt;
}

tl::expected<void, log::Failure> swap_in_rebuilt(const Store::Options& options) {
  std::error_code error;
  fs::remove_all(replaced_beside(options.directory), error);
  if (fs::exists(options.directory)) {
    fs::rename(options.directory, replaced_beside(options.directory), error);
    if (error) return cannot_swap(error);
  }
  fs::rename(rebuilt_beside(options.directory), options.directory, error);
  if (error) return cannot_swap(error);
  fs::remove_all(replaced_beside(options.directory), error);
  return {};
}

void discard_rebuilt(const Store::Options& options) {
  std::error_code ignored;
  fs::remove_all(rebuilt_beside(options.directory), ignored);
}

}  // namespace almanac::projections
