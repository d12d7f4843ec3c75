#include "services/cli/handover.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "events/codec.hpp"
#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"

namespace almanac::cli {
namespace {

namespace fs = std::filesystem;

/// Imports the golden log, or its records up to its seal at position 46, into a directory of its own.
class Handovers : public testing::Test {
 protected:
  Handovers() {
    std::string name = (fs::temp_directory_path() / "almanac-handover-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    directory = name;
  }
  ~Handovers() override { fs::remove_all(directory); }

  static std::string golden(bool sealed) {
    std::ifstream in(std::string(ALMANAC_SOURCE_DIR) + "/tests/events/golden/log.jsonl");
    std::string text;
    std::string last;
    for (std::string line; std::getline(in, line); last = line) {
      if (sealed && line.starts_with(R"({"position":"47")")) {
        return text + R"({"end":"46",)" + last.substr(last.rfind("\"hash\"")) + "\n";
      }
      text += line + "\n";
    }
    return text;
  }

  /// The record behind the import, decoded.
  events::Recorded follower(bool sealed, log::Unsealed unsealed) {
    const fs::path place = directory / ("log" + std::to_string(imports++));
    std::istringstream in(golden(sealed));
    log::ExportSource source(in, "log.jsonl");
    Handover handover("1.2.3", unsealed);
    const auto imported =
        log::import_directory(place, source, unsealed, handover.go_on(), handover.meaning());
    EXPECT_TRUE(imported) << imported.error().what;
    const auto log = log::EmbeddedLog::open({.directory = place}).value();
    EXPECT_EQ(log->end(), imported->end + 1);
    EXPECT_EQ(log->log_id(), imported->log_id);
    return events::decode(log->read(imported->end, 1)->front().record.bytes).value();
  }

  fs::path directory;
  int imports = 0;
};

const events::Uuid golden_id = *events::Uuid::parse("01a202b2-c500-7000-8000-00000fa40000");

TEST_F(Handovers, of_a_moved_log_name_the_seal_and_keep_the_id) {
  const auto recorded = follower(true, log::Unsealed::refuse);
  const auto& claimed = std::get<events::WriterClaimed>(recorded.event.payload);
  EXPECT_EQ(claimed.sealed_at, 46U);
  EXPECT_FALSE(claimed.log_id);
  EXPECT_EQ(claimed.epoch, 3U);
  EXPECT_EQ(claimed.build, "1.2.3");
  EXPECT_EQ(recorded.stamp.log_id, golden_id);
}

TEST_F(Handovers, of_a_copy_name_a_new_id_that_no_other_copy_has) {
  std::set<std::string> ids{golden_id.text()};
  for (int i = 0; i < 3; ++i) {
    const auto recorded = follower(false, log::Unsealed::accept_a_copy);
    const auto& claimed = std::get<events::WriterClaimed>(recorded.event.payload);
    EXPECT_FALSE(claimed.sealed_at);
    EXPECT_EQ(claimed.log_id, recorded.stamp.log_id);
    EXPECT_EQ(claimed.epoch, 4U);
    EXPECT_TRUE(ids.insert(recorded.stamp.log_id.text()).second);
  }
}

TEST_F(Handovers, of_a_copy_of_a_sealed_log_say_both) {
  const auto recorded = follower(true, log::Unsealed::accept_a_copy);
  const auto& claimed = std::get<events::WriterClaimed>(recorded.event.payload);
  EXPECT_EQ(claimed.sealed_at, 46U);
  EXPECT_EQ(claimed.log_id, recorded.stamp.log_id);
  EXPECT_NE(recorded.stamp.log_id, golden_id);
}

}  // namespace
}  // namespace almanac::cli
