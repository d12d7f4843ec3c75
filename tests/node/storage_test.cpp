#include "services/node/storage.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "events/log/export.hpp"
#include "events/log/import.hpp"
#include "projections/projector.hpp"
#include "services/cli/handover.hpp"
#include "services/node/paths.hpp"

namespace almanac::node {
namespace {

namespace fs = std::filesystem;

/// A data directory whose log is a copy of the golden one, and then another copy of it.
class StorageOfCopies : public testing::Test {
 protected:
  StorageOfCopies() : logger(LogLevel::error, LogFormat::json) {
    std::string name = (fs::temp_directory_path() / "almanac-storage-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    directory = name;
    settings.data.dir = directory / "data";
    copy_golden_log();
  }
  ~StorageOfCopies() override { fs::remove_all(directory); }

  void copy_golden_log() const {
    const auto owned = log::OwnedDirectory::open(settings.data.dir, log::data_directory);
    ASSERT_TRUE(owned) << owned.error().what;
    fs::remove_all(log_in(settings.data.dir));
    std::ifstream in(std::string(ALMANAC_SOURCE_DIR) + "/tests/events/golden/log.jsonl");
    log::ExportSource source(in, "log.jsonl");
    cli::Handover handover("1", log::Unsealed::accept_a_copy);
    ASSERT_TRUE(log::import_directory(log_in(settings.data.dir), source, log::Unsealed::accept_a_copy,
                                      handover.go_on(), handover.meaning()));
  }
  /// Where the read models stand after opening; then folds the log up to a position.
  std::optional<events::Position> opened_and_folded(std::optional<events::Position> until) const {
    const auto storage = Storage::open(settings, logger);
    if (!storage) throw std::runtime_error(storage.error().what);
    const auto found = storage->store->applied().position;
    projections::Projector projector(*storage->store);
    EXPECT_TRUE(projector.catch_up(
        *storage->log, [](events::Position, events::Position) {}, until));
    return found;
  }

  fs::path directory;
  Settings settings;
  Logger logger;
};

TEST_F(StorageOfCopies, keeps_read_models_of_what_a_copy_shares_with_its_original) {
  EXPECT_EQ(opened_and_folded(20), std::nullopt);
  EXPECT_EQ(opened_and_folded(30), 20U) << "they have the original's id, and are this log's";
  copy_golden_log();
  EXPECT_EQ(opened_and_folded(std::nullopt), 30U);
  EXPECT_EQ(opened_and_folded(std::nullopt), 48U);
}

TEST_F(StorageOfCopies, sets_read_models_of_another_copy_aside) {
  opened_and_folded(std::nullopt);
  copy_golden_log();
  EXPECT_EQ(opened_and_folded(std::nullopt), std::nullopt);
  EXPECT_EQ(opened_and_folded(std::nullopt), 48U);
}

}  // namespace
}  // namespace almanac::node
