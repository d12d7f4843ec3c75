#include "services/writer/writer.hpp"

#include <gtest/gtest.h>

#include "events/codec.hpp"
#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

TEST(Writer, an_empty_log_begins_with_its_creation_and_its_first_claim) {
  Desk desk({.node = "here", .url = "http://here", .build = "1"});
  const auto events = desk.events();
  ASSERT_EQ(events.size(), 2);
  const auto& created = std::get<events::LogCreated>(events[0].event.payload);
  const auto& claimed = std::get<events::WriterClaimed>(events[1].event.payload);
  EXPECT_EQ(created.log_id, events[0].stamp.log_id);
  EXPECT_EQ(events[0].stamp.previous, events::Hash{});
  EXPECT_EQ(events[0].stamp.actor, "system:writer");
  EXPECT_EQ(claimed.epoch, events[1].stamp.epoch);
  EXPECT_EQ(claimed.node, "here");
  EXPECT_EQ(claimed.url, "http://here");
  EXPECT_EQ(claimed.build, "1");
  EXPECT_EQ(desk.projector->latest()->applied().log_id, created.log_id);
}

TEST(Writer, every_start_claims_anew_and_keeps_the_logs_id) {
  Desk desk;
  const events::Epoch before = desk.writer->status().epoch;
  const events::Uuid log_id = desk.projector->latest()->applied().log_id;
  desk.restart();
  EXPECT_GT(desk.writer->status().epoch, before);
  EXPECT_EQ(desk.names(), (std::vector<std::string>{"LogCreated", "WriterClaimed", "WriterClaimed"}));
  EXPECT_EQ(desk.events().back().stamp.log_id, log_id);
  EXPECT_EQ(desk.projector->latest()->applied().log_id, log_id);
}

TEST(Writer, two_logs_never_share_an_id) {
  const Desk one;
  const Desk other;
  EXPECT_NE(one.events()[0].stamp.log_id, other.events()[0].stamp.log_id);
}

TEST(Writer, a_loss_that_was_accepted_stands_in_the_claim) {
  Desk desk({.loss_accepted_after = 812});
  EXPECT_EQ(std::get<events::WriterClaimed>(desk.events()[1].event.payload).loss_accepted_after, 812);
}

TEST(Writer, what_was_written_is_readable_before_it_is_answered) {
  Desk desk;
  std::promise<bool> seen;
  desk.writer->submit(create_system("a"), [&](const Outcome& outcome) {
    seen.set_value(desk.model(*as<Written>(outcome).model).has_value());
  });
  EXPECT_TRUE(seen.get_future().get());
}

TEST(Writer, an_answer_names_its_events_and_its_model) {
  Desk desk;
  const Outcome outcome = desk.run(create_system("a"));
  const auto& written = as<Written>(outcome);
  EXPECT_EQ(written.first, 2);
  EXPECT_EQ(written.last, 2);
  EXPECT_EQ(written.time, HeldClock::begin);
  EXPECT_FALSE(written.replayed);
  const auto events = desk.events();
  EXPECT_EQ(events[2].event.subject, written.model);
  EXPECT_EQ(events[2].stamp.actor, "client:operator");
  EXPECT_EQ(events[2].stamp.stream_version, 1);
}

TEST(Writer, commands_are_written_in_the_order_in_which_they_came) {
  Desk desk;
  std::vector<Submission> submissions;
  for (int i = 0; i < 40; ++i)
    submissions.push_back(create_system("m" + std::to_string(i)));
  const auto outcomes = desk.run_together(std::move(submissions));
  const auto events = desk.events();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& written = as<Written>(outcomes[i]);
    EXPECT_EQ(written.first, 3 + i);
    EXPECT_EQ(std::get<events::SystemFields>(std::get<events::ModelCreated>(events[3 + i].event.payload).own)
                  .external_key,
              "m" + std::to_string(i));
  }
}

TEST(Writer, positions_are_dense_and_chained_and_versions_count_a_models_events) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  desk.run(rename(id, "one"));
  desk.run(rename(id, "two"));
  const auto records = desk.engine->read(0, 100).value();
  const auto events = desk.events();
  for (std::size_t i = 1; i < events.size(); ++i) {
    EXPECT_EQ(events[i].stamp.position, i);
    EXPECT_EQ(events[i].stamp.previous, records[i - 1].record.hash);
  }
  EXPECT_EQ(events[3].stamp.stream_version, 2);
  EXPECT_EQ(events[4].stamp.stream_version, 3);
  EXPECT_EQ(desk.model(id)->version, 3);
}

TEST(Writer, reason_and_trace_stand_in_the_event) {
  Desk desk;
  Submission submission = create_system("a");
  submission.reason = "because";
  submission.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  desk.run(submission);
  EXPECT_EQ(desk.events().back().stamp.reason, "because");
  EXPECT_EQ(desk.events().back().stamp.traceparent, submission.traceparent);
}

TEST(Writer, a_rejection_writes_nothing_and_says_where_it_was_judged) {
  Desk desk;
  desk.run(create_system("a"));
  const Outcome outcome = desk.run(create_system("a"));
  EXPECT_TRUE(rejected_as<events::KeyTaken>(outcome));
  EXPECT_EQ(as<Judged>(outcome).at, 2);
  EXPECT_EQ(desk.events().size(), 3);
}

TEST(Writer, what_holds_already_writes_nothing) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  const Outcome outcome = desk.run(rename(id, "Model a"));
  EXPECT_EQ(as<Unchanged>(outcome).at, 2);
  EXPECT_EQ(as<Unchanged>(outcome).model, id);
  EXPECT_EQ(desk.events().size(), 3);
}

TEST(Writer, a_stale_tag_is_refused_and_a_right_one_taken) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  Submission submission = rename(id, "b");
  submission.if_match = events::Tag{.version = 7};
  EXPECT_TRUE(rejected_as<events::StaleTag>(desk.run(submission)));
  submission.if_match = events::Tag{.version = 1};
  EXPECT_TRUE(is<Written>(desk.run(submission)));
}

TEST(Writer, stopping_answers_everyone_and_later_comers_at_once) {
  Desk desk;
  auto answers = desk.leave_at_door({create_system("a"), create_system("b")});
  desk.log->open_door();
  desk.writer->stop();
  for (auto& answer : answers)
    EXPECT_TRUE(is<Written>(answer.get()));
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("c"))));
  EXPECT_FALSE(desk.writer->status().taking_writes);
}

TEST(Writer, a_sealed_log_is_not_claimed) {
  Desk desk;
  desk.close();
  desk.open();
  const auto claim = desk.engine->claim().value();
  events::Recorded seal;
  seal.stamp = desk.events().back().stamp;
  seal.stamp.position = claim.next;
  seal.stamp.epoch = claim.epoch;
  seal.stamp.previous = claim.last;
  seal.event = {.effective_at = seal.stamp.time, .payload = events::LogSealed{}};
  const events::Record record = events::encode(seal);
  ASSERT_TRUE(
      std::holds_alternative<log::Committed>(desk.engine->append(claim.epoch, claim.next, {&record, 1})));
  const auto started = desk.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().what.find("sealed"), std::string::npos);
  EXPECT_EQ(desk.names().back(), "LogSealed");
}

TEST(Writer, a_record_that_cannot_be_folded_leaves_reads_and_refuses_writes_saying_where) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  desk.close();
  desk.open();
  const auto claim = desk.engine->claim().value();
  events::Recorded later;
  later.stamp = desk.events().back().stamp;
  later.stamp.position = claim.next;
  later.stamp.epoch = claim.epoch;
  later.stamp.previous = claim.last;
  later.event = {.effective_at = later.stamp.time, .payload = events::LogSealed{}};
  auto fields = events::fields_of(events::encode(later).bytes).value();
  for (auto& [name, value] : fields.headers)
    if (name == "ce_type") value = "dev.almanac.ModelTeleported.v1";
  const events::Record record = events::seal(std::move(fields));
  ASSERT_TRUE(
      std::holds_alternative<log::Committed>(desk.engine->append(claim.epoch, claim.next, {&record, 1})));
  const auto started = desk.start();
  ASSERT_FALSE(started);
  EXPECT_TRUE(desk.writer->folding_stopped());
  EXPECT_NE(started.error().what.find("position " + std::to_string(claim.next)), std::string::npos);
  EXPECT_TRUE(desk.model(id).has_value());
  const auto refused = desk.run(create_system("b"));
  EXPECT_NE(as<NotApplied>(refused).reason.find("folding stopped"), std::string::npos);
  EXPECT_NE(desk.writer->status().why_not.find("folding stopped"), std::string::npos);
}

TEST(Writer, metrics_count_batches_commands_and_events) {
  Desk desk;
  const auto before = desk.writer->metrics().batches.load();
  desk.run(create_system("a"));
  desk.run(create_system("a"));
  desk.writer->stop();
  const Metrics& metrics = desk.writer->metrics();
  EXPECT_EQ(metrics.batches, before + 1);
  EXPECT_EQ(metrics.commands, 2);
  EXPECT_EQ(metrics.events, 3);
  EXPECT_EQ(metrics.queue_depth, 0);
  EXPECT_EQ(metrics.batch_sizes[0], 1) << "the creation";
  EXPECT_EQ(metrics.batch_sizes[1], 1) << "the opening: LogCreated and WriterClaimed";
}

}  // namespace
}  // namespace almanac::writer::test
