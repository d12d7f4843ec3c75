#include "events/log/import.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

events::RecordFields claimed_again(const Tip&, Epoch) {
  return sample_fields("{}", "dev.almanac.WriterClaimed.v1");
}

events::RecordFields claimed_as_a_copy(const Tip&, Epoch) {
  return copy_claimed();
}

class Imports : public testing::Test {
 protected:
  fs::path target() const { return directory.path() / "data" / "log"; }
  fs::path beside() const { return target().string() + ".importing"; }

  /// An export of a log of `count` records in several epochs, sealed if asked for.
  std::string an_export(std::size_t count, Unsealed unsealed) {
    const auto place = directory.path() / ("source" + std::to_string(sources++));
    const auto log = *EmbeddedLog::open({.directory = place});
    while (log->end() < count)
      append_samples(*log, *log->claim(), 5);
    if (unsealed == Unsealed::refuse) {
      const auto claim = *log->claim();
      const auto seal = sealing_batch(tip_of(claim), claim.epoch);
      EXPECT_TRUE(std::holds_alternative<Committed>(log->append(claim.epoch, claim.next, seal)));
    }
    original = all_of(*log);
    RecordsSource source(*log);
    std::ostringstream out;
    EXPECT_TRUE(export_log(source, out));
    return out.str();
  }

  /// What was exported lies unchanged in front of the claim.
  void expect_a_copy() const {
    const auto entries = all_of(**EmbeddedLog::open({.directory = target()}));
    ASSERT_EQ(entries.size(), original.size() + 1);
    EXPECT_TRUE(same({entries.begin(), entries.end() - 1}, original));
    EXPECT_EQ(log_id_of(entries.back().record.bytes), sample_copy_id);
  }

  tl::expected<Verified, Failure> import(const std::string& text, Unsealed unsealed, const GoOn& go_on = {},
                                         const Meaning& meaning = {}) const {
    std::istringstream in(text);
    ExportSource source(in, "log.jsonl");
    return import_directory(target(), source, unsealed, go_on, meaning);
  }

  TemporaryDirectory directory;
  std::vector<Entry> original;
  int sources = 0;
};

TEST_F(Imports, of_a_moved_log_keep_positions_and_hashes_and_go_on_behind_the_seal) {
  const auto imported = import(an_export(20, Unsealed::refuse), Unsealed::refuse, claimed_again);
  ASSERT_TRUE(imported) << imported.error().what;
  EXPECT_EQ(imported->end, 21U);
  EXPECT_TRUE(imported->sealed);
  const auto log = *EmbeddedLog::open({.directory = target()});
  const auto entries = all_of(*log);
  ASSERT_EQ(entries.size(), 22U);
  EXPECT_TRUE(same({entries.begin(), entries.end() - 1}, original));
  const auto claim = *log->claim();
  EXPECT_FALSE(claim.sealed);
  EXPECT_EQ(claim.epoch, imported->epoch + 2)
      << "the first epoch here is the WriterClaimed's, this is the second";
  EXPECT_TRUE(append_samples(*log, claim, 1));
}

TEST_F(Imports, of_a_sealed_log_without_a_successor_stay_sealed) {
  ASSERT_TRUE(import(an_export(5, Unsealed::refuse), Unsealed::refuse));
  EXPECT_TRUE((*EmbeddedLog::open({.directory = target()}))->claim()->sealed);
}

TEST_F(Imports, of_an_unsealed_log_need_to_be_called_a_copy) {
  const auto text = an_export(5, Unsealed::accept_a_copy);
  const auto refused = import(text, Unsealed::refuse);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().mend, HasSubstr("--copy"));
  EXPECT_FALSE(fs::exists(target()));
  ASSERT_TRUE(import(text, Unsealed::accept_a_copy, claimed_as_a_copy));
  expect_a_copy();
}

TEST_F(Imports, of_a_copy_go_on_under_the_id_that_its_claim_names) {
  const auto imported =
      import(an_export(20, Unsealed::accept_a_copy), Unsealed::accept_a_copy, claimed_as_a_copy);
  ASSERT_TRUE(imported) << imported.error().what;
  EXPECT_EQ(imported->end, 20U);
  EXPECT_EQ(imported->log_id, sample_copy_id);
  const auto log = *EmbeddedLog::open({.directory = target()});
  EXPECT_EQ(log->log_id(), sample_copy_id);
  EXPECT_EQ(*log_id_at(*log, 19), sample_log_id);
  EXPECT_EQ(*log_id_at(*log, 20), sample_copy_id);
  EXPECT_EQ(*log_id_at(*log, 21), sample_copy_id) << "behind the end: as at the end";
  EXPECT_TRUE(append_samples(*log, *log->claim(), 3));

  RecordsSource source(*log);
  std::ostringstream out;
  const auto exported = export_log(source, out);
  ASSERT_TRUE(exported) << exported.error().what;
  EXPECT_EQ(exported->log_id, sample_copy_id);
  EXPECT_THAT(out.str(), testing::StartsWith(R"({"almanac":"log","format":1,"logId":")" +
                                             std::string(sample_copy_id) + "\"}\n"));
  std::istringstream in(out.str());
  ExportSource again(in, "copy.jsonl");
  const auto verified = verify(again);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->log_id, sample_copy_id);

  auto with_the_former_id = out.str();
  with_the_former_id.replace(with_the_former_id.find(sample_copy_id), sample_copy_id.size(), sample_log_id);
  std::istringstream false_head(with_the_former_id);
  ExportSource refused(false_head, "copy.jsonl");
  EXPECT_THAT(verify(refused).error().what, HasSubstr("another log than the head says"));
}

TEST_F(Imports, of_a_copy_never_stay_under_the_originals_id) {
  const auto text = an_export(5, Unsealed::accept_a_copy);
  EXPECT_FALSE(import(text, Unsealed::accept_a_copy));
  const auto unnamed = import(text, Unsealed::accept_a_copy, claimed_again);
  ASSERT_FALSE(unnamed);
  EXPECT_THAT(unnamed.error().what, HasSubstr("a copy needs an id of its own"));
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_FALSE(fs::exists(beside()));
}

TEST_F(Imports, of_a_sealed_log_can_be_a_copy_too_but_a_move_keeps_the_id) {
  const auto text = an_export(5, Unsealed::refuse);
  const auto renamed = import(text, Unsealed::refuse, claimed_as_a_copy);
  ASSERT_FALSE(renamed);
  EXPECT_THAT(renamed.error().what, HasSubstr("a moved log keeps its id"));
  ASSERT_TRUE(import(text, Unsealed::accept_a_copy, claimed_as_a_copy));
  expect_a_copy();
}

TEST_F(Imports, of_exactly_a_batch_have_the_claim_in_the_batch_of_the_last_record) {
  ASSERT_TRUE(import(an_export(4100, Unsealed::accept_a_copy), Unsealed::accept_a_copy, claimed_as_a_copy));
  expect_a_copy();
}

TEST_F(Imports, of_an_export_of_a_copy_are_copies_again) {
  ASSERT_TRUE(import(an_export(5, Unsealed::accept_a_copy), Unsealed::accept_a_copy, claimed_as_a_copy));
  std::ostringstream text;
  {
    const auto log = *EmbeddedLog::open({.directory = target()});
    RecordsSource source(*log);
    ASSERT_TRUE(export_log(source, text));
  }
  fs::remove_all(target());
  const auto again = import(text.str(), Unsealed::accept_a_copy, [](const Tip&, Epoch) {
    return copy_claimed("01930000-0000-7000-8000-0000000000c1");
  });
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ((*EmbeddedLog::open({.directory = target()}))->log_id(), "01930000-0000-7000-8000-0000000000c1");
}

TEST_F(Imports, of_more_than_a_batch_are_whole) {
  ASSERT_TRUE(import(an_export(9000, Unsealed::refuse), Unsealed::refuse, claimed_again));
  EXPECT_EQ((*EmbeddedLog::open({.directory = target()}))->end(), original.size() + 1);
}

TEST_F(Imports, into_a_log_with_records_are_refused) {
  const auto text = an_export(5, Unsealed::accept_a_copy);
  ASSERT_TRUE(import(text, Unsealed::accept_a_copy, claimed_as_a_copy));
  const auto again = import(text, Unsealed::accept_a_copy, claimed_as_a_copy);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().what, HasSubstr("already holds a log of 6 records"));
}

TEST_F(Imports, into_an_empty_log_replace_it) {
  { ASSERT_TRUE(EmbeddedLog::open({.directory = target()})); }
  EXPECT_TRUE(import(an_export(5, Unsealed::accept_a_copy), Unsealed::accept_a_copy, claimed_as_a_copy));
}

TEST_F(Imports, leave_nothing_behind_when_a_late_line_is_bad) {
  auto text = an_export(9000, Unsealed::accept_a_copy);
  const auto at = text.rfind("\"n\\\":");
  text[at + 5] = text[at + 5] == '1' ? '2' : '1';
  const auto refused = import(text, Unsealed::accept_a_copy, claimed_as_a_copy);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("line 9001 position 8999: the record's hash is"));
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_FALSE(fs::exists(beside()));
}

TEST_F(Imports, refuse_lines_that_are_right_but_not_in_order) {
  const auto text = an_export(10, Unsealed::accept_a_copy);
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line + "\n");
  std::swap(lines[4], lines[5]);
  std::string swapped;
  for (const auto& line : lines)
    swapped += line;
  const auto refused = import(swapped, Unsealed::accept_a_copy, claimed_as_a_copy);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("position 3 is missing"));
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(Imports, refuse_a_record_whose_meaning_the_caller_does_not_accept) {
  const auto text = an_export(10, Unsealed::accept_a_copy);
  const auto refused = import(text, Unsealed::accept_a_copy, claimed_as_a_copy, [](const Entry& entry) {
    return entry.position == 7 ? std::optional<std::string>("no such event") : std::nullopt;
  });
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("position 7: no such event"));
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(Imports, clear_away_what_a_killed_one_left) {
  fs::create_directories(beside() / "db");
  EXPECT_TRUE(import(an_export(5, Unsealed::accept_a_copy), Unsealed::accept_a_copy, claimed_as_a_copy));
  EXPECT_FALSE(fs::exists(beside()));
}

TEST_F(Imports, of_an_export_of_an_import_are_the_same_bytes) {
  const auto text = an_export(10, Unsealed::refuse);
  ASSERT_TRUE(import(text, Unsealed::refuse));
  const auto log = *EmbeddedLog::open({.directory = target()});
  RecordsSource source(*log);
  std::ostringstream again;
  ASSERT_TRUE(export_log(source, again));
  EXPECT_EQ(again.str(), text);
}

}  // namespace
}  // namespace almanac::log::test
