#include "services/node/storage.hpp"

#include "events/log/source.hpp"
#include "services/node/paths.hpp"

namespace almanac::node {
namespace {

using projections::Store;

tl::expected<std::unique_ptr<Store>, log::Failure> open_store(const std::filesystem::path& directory,
                                                              const Logger& logger) {
  auto store = Store::open({.directory = directory});
  if (store && (*store)->set_aside()) {
    logger.warn("the read models were set aside and are built anew", {{"why", *(*store)->set_aside()}});
  }
  return store;
}

std::vector<log::Witness> witnesses_of(const projections::Applied& applied) {
  if (!applied.position) return {};
  return {{.whose = "the read models",
           .log_id = applied.log_id.text(),
           .position = *applied.position,
           .hash = applied.hash}};
}

}  // namespace

tl::expected<Storage, log::Failure> Storage::open(const Settings& settings, const Logger& logger) {
  auto directory = log::OwnedDirectory::open(settings.data.dir, log::data_directory);
  if (!directory) return tl::make_unexpected(directory.error());
  const auto read_models = read_models_in(settings.data.dir);
  auto store = open_store(read_models, logger);
  if (!store) return tl::make_unexpected(store.error());
  auto log = log::EmbeddedLog::open({.directory = log_in(settings.data.dir),
                                     .known = witnesses_of((*store)->applied()),
                                     .accept_loss_after = settings.accept_loss_after});
  if (!log) return tl::make_unexpected(log.error());

  // Read models of another log, or of records that were given up, know what this log does not.
  const auto applied = (*store)->applied();
  const auto log_id = log::log_id_at(**log, applied.position.value_or(0));
  if (!log_id) return tl::make_unexpected(log_id.error());
  const bool of_another_log = applied.position && applied.log_id.text() != *log_id;
  const bool past_a_forgiven_loss = applied.position && *applied.position >= (*log)->end();
  if (of_another_log || past_a_forgiven_loss) {
    const std::string why =
        of_another_log ? "they belong to another log" : "they know records that were given up";
    if (auto anew = (*store)->start_over(why); !anew) return tl::make_unexpected(anew.error());
    logger.warn("the read models were set aside and are built anew", {{"why", why}});
  }
  return Storage{std::move(*directory), std::move(*store), std::move(*log)};
}

}  // namespace almanac::node
