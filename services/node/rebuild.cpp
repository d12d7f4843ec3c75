#include "services/node/rebuild.hpp"

#include <iostream>

#include "events/hash.hpp"
#include "events/log/embedded_log.hpp"
#include "events/log/owned_directory.hpp"
#include "projections/rebuild.hpp"
#include "services/node/paths.hpp"
#include "services/node/settings.hpp"

namespace almanac::node {
namespace {

constexpr int exit_refused = 1;
constexpr int exit_usage = 2;

int complain(const log::Failure& failure) {
  std::cerr << "almanac: " << failure.what << "\n  " << failure.mend << "\n";
  return exit_refused;
}

void tell(const projections::Rebuilt& rebuilt, bool swapped, bool json) {
  const auto& applied = rebuilt.applied;
  const std::string position = applied.position ? std::to_string(*applied.position) : "none";
  const std::string digest = rebuilt.beside ? events::hex(*rebuilt.beside) : "";
  const char* const compared = !rebuilt.present  ? "nothing to compare with"
                               : rebuilt.equal() ? "equal"
                                                 : "DIFFERENT";
  if (!json) {
    std::cout << "rebuilt up to position " << position << ": digest " << compared
              << (swapped ? ", swapped in\n" : ", not swapped\n");
    return;
  }
  const auto quoted = [](const std::string& text) { return text.empty() ? "null" : "\"" + text + "\""; };
  std::cout << R"({"position":)" << (applied.position ? quoted(position) : "null") << R"(,"hash":")"
            << events::hex(applied.hash) << R"(","version":)" << applied.version << R"(,"comparedAt":)"
            << (rebuilt.compared_at ? quoted(std::to_string(*rebuilt.compared_at)) : "null")
            << R"(,"present":)" << (rebuilt.present ? quoted(events::hex(*rebuilt.present)) : "null")
            << R"(,"digest":)" << quoted(digest) << R"(,"equal":)" << (rebuilt.equal() ? "true" : "false")
            << R"(,"swapped":)" << (swapped ? "true" : "false") << "}\n";
}

}  // namespace

int rebuild(const std::vector<std::string>& arguments, bool json) {
  const auto settings = read_settings(gather_settings(arguments, own_environment()), this_machine());
  if (!settings) {
    for (const auto& fault : settings.error())
      std::cerr << "almanac: " << fault.text() << "\n";
    return exit_usage;
  }
  const auto& data = settings->data.dir;
  if (log::is_owned(data)) {
    return complain({data.string() + " belongs to a running node",
                     "stop it first; `almanac digest` compares it with another node meanwhile"});
  }
  const auto owned = log::OwnedDirectory::open(data, log::data_directory);
  if (!owned) return complain(owned.error());
  const auto log = log::EmbeddedLog::open({.directory = log_in(data)});
  if (!log) return complain(log.error());

  const projections::Store::Options options{.directory = read_models_in(data)};
  std::unique_ptr<projections::Store> present;
  std::shared_ptr<const projections::Snapshot> snapshot;
  if (std::filesystem::exists(options.directory)) {
    auto opened = projections::Store::open(options);
    if (!opened) return complain(opened.error());
    present = std::move(*opened);
    if (present->applied().position) snapshot = present->snapshot();
  }
  const auto rebuilt = projections::rebuild_beside(
      **log, snapshot.get(), options, [](events::Position done, events::Position end) {
        std::cerr << "rebuilding: position " << done << " of " << end << "\n";
      });
  if (!rebuilt) return complain(rebuilt.error());
  snapshot.reset();
  present.reset();
  if (auto swapped = projections::swap_in_rebuilt(options); !swapped) return complain(swapped.error());
  tell(*rebuilt, true, json);
  return rebuilt->present && !rebuilt->equal() ? exit_refused : 0;
}

}  // namespace almanac::node
