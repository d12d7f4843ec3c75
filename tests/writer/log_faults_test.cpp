#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>

#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

auto answering(log::AppendResult result) {
  return [result](log::Log&, log::Epoch, log::Position, std::span<const log::Record>) { return result; };
}

TEST(LogFaults, after_an_append_that_cannot_be_told_nothing_is_acknowledged) {
  Desk desk;
  const auto id = desk.created(create_system("taken"));
  auto answers = desk.leave_at_door({create_system("new"), create_system("taken"), rename(id, "Model taken"),
                                     with_key(create_system("x"), "k"), with_key(create_system("x"), "k")});
  desk.log->let_one_through();
  desk.log->await_append();
  auto later = desk.submit(create_system("later"));
  desk.log->next_append(answering(log::Unknown{"disk on fire"}));
  desk.log->open_door();
  EXPECT_TRUE(is<OutcomeUnknown>(answers[0].get()));
  EXPECT_TRUE(is<NotApplied>(answers[1].get()));
  EXPECT_TRUE(is<NotApplied>(answers[2].get()));
  EXPECT_TRUE(is<OutcomeUnknown>(answers[3].get()));
  EXPECT_TRUE(is<OutcomeUnknown>(answers[4].get()));
  EXPECT_TRUE(is<NotApplied>(later.get()));
  desk.gave_up.get_future().wait();
  EXPECT_NE(desk.fatal.find("disk on fire"), std::string::npos);
  EXPECT_FALSE(desk.writer->status().taking_writes);
  EXPECT_FALSE(desk.writer->status().firing);
}

TEST(LogFaults, a_commit_that_breaks_off_leaves_its_outcome_unknown_and_ends_the_writer) {
  Desk desk;
  desk.log->next_append([](log::Log&, log::Epoch, log::Position,
                           std::span<const log::Record>) -> log::AppendResult { throw std::bad_alloc(); });
  EXPECT_TRUE(is<OutcomeUnknown>(desk.run(create_system("a"))));
  desk.gave_up.get_future().wait();
  EXPECT_NE(desk.fatal.find("broke off"), std::string::npos);
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("b"))));
}

TEST(LogFaults, a_retry_after_an_unknown_outcome_finds_out_by_its_key) {
  for (const bool took : {false, true}) {
    Desk desk;
    const Submission submission = with_key(create_system("a"), "k");
    desk.log->next_append([took](log::Log& log, log::Epoch epoch, log::Position expected,
                                 std::span<const log::Record> records) -> log::AppendResult {
      if (took) log.append(epoch, expected, records);
      return log::Unknown{"no answer"};
    });
    EXPECT_TRUE(is<OutcomeUnknown>(desk.run(submission)));
    desk.restart();
    const Outcome again = desk.run(submission);
    EXPECT_EQ(as<Written>(again).replayed, took);
    EXPECT_EQ(std::ranges::count(desk.names(), "ModelCreated"), 1);
  }
}

TEST(LogFaults, an_import_whose_append_fails_is_nothing_and_one_that_succeeds_is_everything) {
  Desk desk;
  desk.log->next_append(answering(log::Unavailable{"no room"}));
  EXPECT_TRUE(is<NotApplied>(desk.run(import_of(40, "row"))));
  EXPECT_EQ(desk.events().size(), 2);
  EXPECT_TRUE(is<Written>(desk.run(import_of(40, "row"))));
  EXPECT_EQ(desk.events().size(), 43);
}

TEST(LogFaults, an_unavailable_log_is_asked_again_by_the_next_batch) {
  Desk desk;
  desk.log->next_append(answering(log::Unavailable{"no room"}));
  const Outcome outcome = desk.run(create_system("a"));
  EXPECT_NE(as<NotApplied>(outcome).reason.find("no room"), std::string::npos);
  EXPECT_NE(desk.writer->status().why_not.find("no room"), std::string::npos);
  EXPECT_EQ(desk.writer->log_out_of_reach(), std::chrono::seconds(0));
  desk.clock.pass(7'000);
  EXPECT_EQ(desk.writer->log_out_of_reach(), std::chrono::seconds(7));
  EXPECT_EQ(as<Written>(desk.run(create_system("a"))).last, 2);
  EXPECT_TRUE(desk.writer->status().taking_writes);
  EXPECT_EQ(desk.writer->log_out_of_reach(), std::nullopt);
}

TEST(LogFaults, a_conflict_is_decided_again_on_what_the_log_holds) {
  Desk desk;
  desk.log->next_append([&desk](log::Log& log, log::Epoch epoch, log::Position expected,
                                std::span<const log::Record> records) -> log::AppendResult {
    // The same records get in by another hand: the model is there when the batch is judged again.
    log.append(epoch, expected, records);
    return log.append(epoch, expected, records);
  });
  EXPECT_TRUE(rejected_as<events::KeyTaken>(desk.run(create_system("a"))));
  EXPECT_EQ(desk.writer->metrics().redecided, 1);
  EXPECT_EQ(as<Written>(desk.run(create_system("b"))).last, 3);
}

TEST(LogFaults, an_append_that_got_in_by_itself_is_replayed_to_its_key) {
  Desk desk;
  desk.log->next_append([](log::Log& log, log::Epoch epoch, log::Position expected,
                           std::span<const log::Record> records) -> log::AppendResult {
    log.append(epoch, expected, records);
    return log::Conflict{expected + records.size()};
  });
  EXPECT_TRUE(as<Written>(desk.run(with_key(create_system("a"), "k"))).replayed);
}

TEST(LogFaults, a_log_that_never_holds_still_is_given_up_after_a_few_tries) {
  Desk desk;
  std::function<log::AppendResult(log::Log&, log::Epoch, log::Position, std::span<const log::Record>)>
      conflict;
  conflict = [&](log::Log&, log::Epoch, log::Position, std::span<const log::Record>) -> log::AppendResult {
    desk.log->next_append(conflict);
    return log::Conflict{};
  };
  desk.log->next_append(conflict);
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("a"))));
  EXPECT_EQ(desk.writer->metrics().redecided, 3);
}

TEST(LogFaults, a_fenced_writer_writes_nothing_and_steps_down) {
  Desk desk;
  auto answers = desk.leave_at_door({create_system("a"), create_system("a")});
  desk.log->let_one_through();
  desk.log->await_append();
  desk.log->next_append([](log::Log& log, log::Epoch epoch, log::Position expected,
                           std::span<const log::Record> records) -> log::AppendResult {
    EXPECT_TRUE(log.claim());
    return log.append(epoch, expected, records);
  });
  desk.log->open_door();
  EXPECT_TRUE(is<NotApplied>(answers[0].get()));
  EXPECT_TRUE(is<NotApplied>(answers[1].get()));
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("b"))));
  EXPECT_FALSE(desk.writer->status().taking_writes);
  EXPECT_TRUE(desk.fatal.empty());
}

TEST(LogFaults, a_fenced_owner_does_not_even_say_not_found) {
  Desk desk;
  const auto before = desk.engine->end();
  desk.log->next_barrier([&](log::Log& log) -> tl::expected<log::Position, log::Failure> {
    // Another owner has claimed and written its claim meanwhile.
    Desk::claim_by_another(log, desk.events());
    return log.barrier();
  });
  EXPECT_TRUE(is<NotApplied>(desk.run(rename(events::ModelId{}, "x"))));
  EXPECT_EQ(desk.engine->end(), before + 1);
  EXPECT_NE(desk.writer->status().why_not.find("another writer"), std::string::npos);
}

TEST(LogFaults, a_log_that_cannot_be_reached_lets_no_rejection_out) {
  Desk desk;
  desk.log->next_barrier([](log::Log&) -> tl::expected<log::Position, log::Failure> {
    return tl::unexpected(log::Failure{"broker gone", "wait"});
  });
  EXPECT_TRUE(is<NotApplied>(desk.run(rename(events::ModelId{}, "x"))));
  EXPECT_TRUE(rejected_as<events::NotFound>(desk.run(rename(events::ModelId{}, "x"))));
}

TEST(LogFaults, a_batch_that_is_too_large_is_written_in_parts) {
  Desk desk;
  auto answers = desk.leave_at_door({create_system("a"), create_system("b"), create_system("a")});
  desk.log->let_one_through();
  desk.log->await_append();
  desk.log->next_append(answering(log::TooLarge{1'000}));
  desk.log->open_door();
  EXPECT_TRUE(is<Written>(answers[0].get()));
  EXPECT_TRUE(is<Written>(answers[1].get()));
  EXPECT_TRUE(rejected_as<events::KeyTaken>(answers[2].get()));
}

TEST(LogFaults, a_command_that_is_too_large_alone_is_not_applied) {
  Desk desk;
  desk.log->next_append(answering(log::TooLarge{1'000}));
  EXPECT_TRUE(is<NotApplied>(desk.run(import_of(3, "row"))));
  EXPECT_EQ(desk.events().size(), 2);
}

}  // namespace
}  // namespace almanac::writer::test
