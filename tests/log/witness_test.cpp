#include "events/log/witness.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Witnesses : public testing::Test {
 protected:
  void SetUp() override {
    auto log = *EmbeddedLog::open({.directory = path()});
    const auto claim = *log->claim();
    for (int i = 0; i < 5; ++i)
      append_samples(*log, claim, 2);
    entries = all_of(*log);
  }

  fs::path path() const { return directory.path() / "log"; }
  Witness read_models_at(Position position) const {
    return {"the read models", std::string(sample_log_id), position,
            position < entries.size() ? entries[position].record.hash : Hash{}};
  }
  tl::expected<std::unique_ptr<EmbeddedLog>, Failure> open(std::vector<Witness> known,
                                                           std::optional<Position> accept = {}) const {
    return EmbeddedLog::open({.directory = path(), .known = std::move(known), .accept_loss_after = accept});
  }

  TemporaryDirectory directory;
  std::vector<Entry> entries;
};

TEST_F(Witnesses, a_log_that_holds_what_is_remembered_opens) {
  for (const Position position : {0U, 4U, 9U})
    EXPECT_TRUE(open({read_models_at(position)}));
}

TEST_F(Witnesses, missing_acknowledged_records_are_refused_with_the_way_back) {
  const auto refused = open({read_models_at(901)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("acknowledged records are missing: have 9, need 901"));
  EXPECT_THAT(refused.error().what, HasSubstr("the read models"));
  EXPECT_THAT(refused.error().mend, HasSubstr("restore an export"));
  EXPECT_THAT(refused.error().mend, HasSubstr("--accept-loss-after 9"));
}

TEST_F(Witnesses, a_loss_is_accepted_only_at_the_logs_last_position) {
  EXPECT_FALSE(open({read_models_at(901)}, 8));
  EXPECT_FALSE(open({read_models_at(901)}, 10));
  const auto accepted = open({read_models_at(901)}, 9);
  ASSERT_TRUE(accepted);
  ASSERT_TRUE((*accepted)->accepted_loss());
  EXPECT_EQ((*accepted)->accepted_loss()->need, 901U);
  EXPECT_EQ((*accepted)->accepted_loss()->have, 9U);
}

TEST_F(Witnesses, accepting_a_loss_where_none_is_is_refused_so_that_the_flag_cannot_stay) {
  const auto refused = open({read_models_at(9)}, 9);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("nothing is missing"));
}

TEST_F(Witnesses, another_record_at_a_remembered_position_is_refused) {
  auto other = read_models_at(4);
  other.hash[0] ^= 1;
  const auto refused = open({other});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("position 4 is not the acknowledged one"));
}

TEST_F(Witnesses, read_models_of_another_log_are_not_heard) {
  auto other = read_models_at(901);
  other.log_id = "another";
  EXPECT_TRUE(open({other}));
}

TEST_F(Witnesses, a_lost_database_is_not_taken_for_a_new_log) {
  fs::remove_all(path() / "db");
  const auto refused = open({});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("have none, need 9"));
}

TEST_F(Witnesses, a_database_without_its_current_file_is_refused_and_keeps_its_tables) {
  fs::remove(path() / "db" / "CURRENT");
  ASSERT_FALSE(open({}));
  const auto tables = std::count_if(fs::directory_iterator(path() / "db"), fs::directory_iterator{},
                                    [](const auto& file) { return file.path().extension() == ".sst"; });
  EXPECT_GT(tables, 0);
}

TEST_F(Witnesses, a_file_end_that_was_never_written_says_nothing) {
  for (const auto& text : {std::string{}, std::string(103, '\0')}) {
    std::ofstream(path() / "end", std::ios::trunc) << text;
    EXPECT_TRUE(open({}));
  }
}

TEST_F(Witnesses, a_damaged_file_end_is_refused) {
  const auto good = *read_end_file(path() / "end");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->position, 9U);
  EXPECT_EQ(good->hash, entries[9].record.hash);
  std::ofstream(path() / "end", std::ios::trunc) << "00000000000000000003 rubbish";
  const auto refused = open({});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("end is damaged"));
}

TEST_F(Witnesses, an_accepted_loss_is_found_again_until_something_is_appended) {
  {
    auto end = *EndFile::open(path() / "end");
    ASSERT_TRUE(end.write(20, {}));
  }
  EXPECT_FALSE(open({}));
  ASSERT_TRUE(open({}, 9));
  EXPECT_FALSE(open({})) << "nothing recorded it yet";
  {
    auto log = *open({}, 9);
    ASSERT_TRUE(append_samples(*log, *log->claim(), 1));
  }
  EXPECT_TRUE(open({}));
}

}  // namespace
}  // namespace almanac::log::test
