#include "services/node/rebuild.hpp"

#include <iostream>

#include "events/hash.hpp"
#include "events/log/embedded_log.hpp"
#include "events/log/owned_directory.hpp"
#include "events/log/read_only_log.hpp"
#include "projections/rebuild.hpp"
#include "services/node/paths.hpp"
#include "services/node/settings.hpp"
#include "services/node/storage.hpp"

namespace almanac::node {
namespace {

using projections::Store;

constexpr int exit_refused = 1;
constexpr int exit_usage = 2;

int complain(const log::Failure& failure) {
  std::cerr << "almanac: " << failure.what << "\n  " << failure.mend << "\n";
  return exit_refused;
}

enum class Swapped : std::uint8_t { no, yes };

int tell(const projections::Rebuilt& rebuilt, Swapped swapped, bool json) {
  const auto& applied = rebuilt.applied;
  const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
  const auto position_of = [&](const std::optional<events::Position>& at) {
    return at ? quoted(std::to_string(*at)) : "null";
  };
  const auto hash_of = [&](const std::optional<events::Hash>& hash) {
    return hash ? quoted(events::hex(*hash)) : "null";
  };
  const bool differs = rebuilt.present && !rebuilt.equal();
  if (json) {
    std::cout << R"({"position":)" << position_of(applied.position) << R"(,"hash":)" << hash_of(applied.hash)
              << R"(,"version":)" << applied.version << R"(,"comparedAt":)"
              << position_of(rebuilt.compared_at) << R"(,"present":)" << hash_of(rebuilt.present)
              << R"(,"digest":)" << hash_of(rebuilt.beside) << R"(,"equal":)"
              << (rebuilt.equal() ? "true" : "false") << R"(,"swapped":)"
              << (swapped == Swapped::yes ? "true" : "false") << "}\n";
  } else {
    std::cout << "rebuilt up to position " << position_of(applied.position) << ": digest "
              << (!rebuilt.present ? "without one to compare with"
                  : differs        ? "DIFFERENT"
                                   : "equal")
              << (swapped == Swapped::yes ? ", swapped in\n" : ", not swapped: a node is running\n");
  }
  return differs ? exit_refused : 0;
}

struct Present {
  std::unique_ptr<Store> store;
  std::shared_ptr<const projections::Snapshot> snapshot;  ///< nullptr: there are none to compare with
};

tl::expected<Present, log::Failure> open_present(Store::Options options, Store::Access access) {
  Present present;
  if (!std::filesystem::exists(options.directory)) return present;
  options.access = access;
  auto opened = Store::open(options);
  if (!opened) return tl::make_unexpected(opened.error());
  present.store = std::move(*opened);
  if (present.store->applied().position) present.snapshot = present.store->snapshot();
  return present;
}

tl::expected<projections::Rebuilt, log::Failure> build(const log::Records& log, const Present& present,
                                                       const Store::Options& options) {
  const auto progress = [](events::Position done, events::Position end) {
    std::cerr << "rebuilding: position " << done << " of " << end << "\n";
  };
  return projections::rebuild_beside(log, present.snapshot.get(), options, progress);
}

/// The node's read models stay what they are: this only says whether they are what the log says. They are
/// opened before the log, which then holds all that they have folded.
int rebuild_beside_a_node(const std::filesystem::path& data, const Store::Options& options, bool json) {
  const auto present = open_present(options, Store::Access::beside);
  if (!present) return complain(present.error());
  const auto place = log::records_in(data);
  if (!place) return complain(place.error());
  const auto log = log::ReadOnlyLog::open(*place);
  if (!log) return complain(log.error());
  const auto rebuilt = build(**log, *present, options);
  projections::discard_rebuilt(options);
  return rebuilt ? tell(*rebuilt, Swapped::no, json) : complain(rebuilt.error());
}

/// A log is judged and made fit as the engine would; a copy is read as it is. Either is refused where it
/// lacks what the present read models know.
tl::expected<std::unique_ptr<log::Records>, log::Failure> open_records(
    const std::filesystem::path& data, const std::vector<log::Witness>& known) {
  const auto place = log::records_in(data);
  if (!place) return tl::make_unexpected(place.error());
  if (!log::is_copy(*place)) return log::EmbeddedLog::open({.directory = *place, .known = known});
  auto copy = log::ReadOnlyLog::open(*place);
  if (!copy) return tl::make_unexpected(copy.error());
  if (auto heard = log::hear(**copy, known, std::nullopt); !heard) return tl::make_unexpected(heard.error());
  return copy;
}

int rebuild_and_swap(const std::filesystem::path& data, const Store::Options& options, bool json) {
  const auto owned = log::OwnedDirectory::open(data, log::data_directory);
  if (!owned) return complain(owned.error());
  auto present = open_present(options, Store::Access::own);
  if (!present) return complain(present.error());
  const auto known = present->store ? witnesses_of(present->store->applied()) : std::vector<log::Witness>{};
  const auto log = open_records(data, known);
  if (!log) return complain(log.error());
  const auto rebuilt = build(**log, *present, options);
  if (!rebuilt) return complain(rebuilt.error());
  *present = {};
  if (auto swapped = projections::swap_in_rebuilt(options); !swapped) return complain(swapped.error());
  return tell(*rebuilt, Swapped::yes, json);
}

}  // namespace

int rebuild(const std::vector<std::string>& arguments, bool json) {
  const auto data = read_data_dir(gather_settings(arguments, own_environment()));
  if (!data) {
    for (const auto& fault : data.error())
      std::cerr << "almanac: " << fault.text() << "\n";
    return exit_usage;
  }
  const Store::Options options{.directory = read_models_in(*data)};
  return log::is_owned(*data) ? rebuild_beside_a_node(*data, options, json)
                              : rebuild_and_swap(*data, options, json);
}

}  // namespace almanac::node
