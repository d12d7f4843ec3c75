#include "events/log/kafka/topic_transfer.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"
#include "events/log/kafka/topic_source.hpp"
#include "tests/kafka/support/nodes.hpp"

namespace almanac::log::test {
namespace {

using kafka::TopicSource;
using testing::HasSubstr;

events::RecordFields claimed_again(const Tip&, Epoch) {
  return sample_fields("{}", "dev.almanac.WriterClaimed.v1");
}

events::RecordFields claimed_as_a_copy(const Tip&, Epoch) {
  return copy_claimed();
}

tl::expected<Record, Failure> seal_record(const Record&, const Tip& tip, Epoch epoch) {
  return sealing_batch(tip, epoch).front();
}

class TopicTransfer : public OneTopic {
 protected:
  /// An export of an embedded log of two epochs, sealed if asked for.
  std::string an_export(Unsealed unsealed) {
    const auto log = *EmbeddedLog::open({.directory = directory.path() / "source"});
    for (const std::size_t count : {3U, 4U})
      EXPECT_TRUE(append_samples(*log, *log->claim(), count));
    if (unsealed == Unsealed::refuse) {
      const auto claim = *log->claim();
      const auto seal = sealing_batch(tip_of(claim), claim.epoch);
      EXPECT_TRUE(is<Committed>(log->append(claim.epoch, claim.next, seal)));
    }
    original = all_of(*log);
    RecordsSource source(*log);
    std::ostringstream out;
    EXPECT_TRUE(export_log(source, out));
    return out.str();
  }
  tl::expected<Verified, kafka::TopicFault> import(const std::string& text, Unsealed unsealed,
                                                   const GoOn& go_on) const {
    std::istringstream in(text);
    ExportSource source(in, "log.jsonl");
    return kafka::import_topic(options(), source, unsealed, go_on);
  }
  /// What a reader of the topic finds.
  std::vector<Entry> found() const {
    const auto source = TopicSource::open(options()).value();
    std::vector<Entry> all;
    while (auto entry = source->next().value())
      all.push_back(std::move(*entry));
    return all;
  }
  std::string exported() const {
    const auto source = TopicSource::open(options()).value();
    std::ostringstream out;
    EXPECT_TRUE(export_log(*source, out));
    return out.str();
  }

  std::vector<Entry> original;
};

TEST_F(TopicTransfer, of_a_moved_log_keeps_positions_and_hashes_and_a_node_goes_on_behind_the_seal) {
  const auto imported = import(an_export(Unsealed::refuse), Unsealed::refuse, claimed_again);
  ASSERT_TRUE(imported) << imported.error().failure.what;
  EXPECT_EQ(imported->end, original.size());
  const auto there = found();
  ASSERT_EQ(there.size(), original.size() + 1);
  EXPECT_TRUE(same({there.begin(), there.end() - 1}, original));
  const auto node = open();
  const auto claim = node->claim();
  EXPECT_FALSE(claim->sealed);
  EXPECT_TRUE(append_samples(*node, *claim, 2));
}

TEST_F(TopicTransfer, of_a_copy_goes_on_under_the_id_that_its_claim_names) {
  const std::string text = an_export(Unsealed::accept_a_copy);
  const auto refused = import(text, Unsealed::refuse, claimed_again);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().failure.what, HasSubstr("not of a sealed log"));
  EXPECT_TRUE(found().empty()) << "nothing of a refused import is seen";
  const auto imported = import(text, Unsealed::accept_a_copy, claimed_as_a_copy);
  ASSERT_TRUE(imported) << imported.error().failure.what;
  EXPECT_EQ(imported->log_id, sample_copy_id);
  const auto there = found();
  EXPECT_TRUE(same({there.begin(), there.end() - 1}, original));
  EXPECT_EQ(log_id_of(there.back().record.bytes), sample_copy_id);
}

TEST_F(TopicTransfer, of_a_sealed_topic_back_to_lines_gives_the_records_that_were_in_it) {
  ASSERT_TRUE(import(an_export(Unsealed::refuse), Unsealed::refuse, claimed_again));
  const auto before = found();
  ASSERT_TRUE(kafka::seal_topic(options(), seal_record));
  ASSERT_TRUE(kafka::seal_topic(options(), seal_record)) << "a second time nothing is done";
  const std::string text = exported();
  std::istringstream in(text);
  ExportSource source(in, "back.jsonl");
  const auto back = directory.path() / "back";
  const auto imported = import_directory(back, source, Unsealed::refuse, claimed_again);
  ASSERT_TRUE(imported) << imported.error().what;
  const auto entries = all_of(**EmbeddedLog::open({.directory = back}));
  ASSERT_EQ(entries.size(), before.size() + 2);
  EXPECT_TRUE(same({entries.begin(), entries.end() - 2}, before));
}

TEST_F(TopicTransfer, of_a_seal_fences_the_node_that_writes) {
  const auto node = open();
  const auto claim = *node->claim();
  ASSERT_TRUE(append_samples(*node, claim, 3));
  ASSERT_TRUE(kafka::seal_topic(options(), seal_record));
  EXPECT_FALSE(append_samples(*node, claim, 1));
  EXPECT_TRUE(node->claim()->sealed);
  EXPECT_EQ(found().size(), 4U);
}

TEST_F(TopicTransfer,
       of_an_export_that_ends_early_or_is_damaged_leaves_nothing_to_see_and_can_be_done_again) {
  const std::string text = an_export(Unsealed::refuse);
  const std::string without_end = text.substr(0, text.rfind("{\"end\""));
  EXPECT_FALSE(import(without_end, Unsealed::refuse, claimed_again));
  EXPECT_TRUE(found().empty());
  std::string damaged = text;
  damaged[damaged.find("\\\"n\\\":5")] = '/';
  EXPECT_FALSE(import(damaged, Unsealed::refuse, claimed_again));
  EXPECT_TRUE(found().empty());
  ASSERT_TRUE(import(text, Unsealed::refuse, claimed_again));
  EXPECT_EQ(found().size(), original.size() + 1);
}

TEST_F(TopicTransfer, into_a_topic_with_a_log_is_refused_and_changes_nothing) {
  const std::string text = an_export(Unsealed::refuse);
  ASSERT_TRUE(import(text, Unsealed::refuse, claimed_again));
  const auto before = found();
  const auto again = import(text, Unsealed::refuse, claimed_again);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().failure.what, HasSubstr("already holds a log"));
  EXPECT_TRUE(same(found(), before));
}

TEST_F(TopicTransfer, of_a_record_that_the_topic_does_not_take_names_its_position) {
  make_topic(topic, 1, {{"retention.ms", "-1"}, {"max.message.bytes", "1100"}});
  const auto refused = import(an_export(Unsealed::refuse), Unsealed::refuse, claimed_again);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().failure.what, HasSubstr("position 0 has "));
  EXPECT_TRUE(found().empty());
}

TEST_F(TopicTransfer, that_was_killed_is_not_seen_and_the_next_one_is_whole) {
  const std::string text = an_export(Unsealed::refuse);
  make_topic(topic);
  std::vector<Record> half;
  for (std::size_t i = 0; i < 4; ++i)
    half.push_back(original[i].record);
  write(topic, half, Finish::leave_open, "almanac:" + topic);
  EXPECT_TRUE(found().empty());
  ASSERT_TRUE(import(text, Unsealed::refuse, claimed_again));
  EXPECT_EQ(found().size(), original.size() + 1);
}

}  // namespace
}  // namespace almanac::log::test
