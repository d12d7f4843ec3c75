#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <stdexcept>

#include "tests/writer/support/desk.hpp"

// On a log that several nodes share, an append whose outcome is not known is settled by a claim.
namespace almanac::writer::test {
namespace {

Writer::Options claiming() {
  return {.doubt = Writer::Doubt::ends_with_a_claim};
}

/// An append that the log takes or does not, without being able to say so.
auto untold(bool takes) {
  return [takes](log::Log& log, log::Epoch epoch, log::Position expected,
                 std::span<const log::Record> records) -> log::AppendResult {
    if (takes) log.append(epoch, expected, records);
    return log::Unknown{"no answer from the brokers"};
  };
}

/// A writer whose owner listens for its standing down.
struct OwnedDesk {
  OwnedDesk() {
    desk.close();
    desk.hooks.stood_down = [this] { heard.set_value(); };
    desk.open();
    if (const auto started = desk.start(); !started) throw std::runtime_error(started.error().what);
  }
  std::promise<void> heard;  // outlives the writer's thread, which keeps it
  Desk desk{claiming(), Desk::Start::later};
};

TEST(Doubt, is_settled_by_a_claim_and_every_command_has_its_one_effect_and_its_answer) {
  for (const bool took : {false, true}) {
    Desk desk(claiming());
    const auto id = desk.created(create_system("old"));
    auto answers = desk.leave_at_door(
        {with_key(create_system("new"), "k"), create_system("old"), rename(id, "Model renamed")});
    desk.log->let_one_through();
    desk.log->await_append();
    desk.log->next_append(untold(took));
    desk.log->open_door();

    EXPECT_TRUE(is<Written>(answers[0].get())) << took;
    EXPECT_TRUE(rejected_as<events::KeyTaken>(answers[1].get())) << took;
    const Outcome renamed = answers[2].get();
    EXPECT_TRUE(is<Written>(renamed) || is<Unchanged>(renamed)) << took;
    EXPECT_EQ(std::ranges::count(desk.names(), "ModelUpdated"), 1) << took;
    EXPECT_EQ(std::ranges::count(desk.names(), "WriterClaimed"), 2) << took;
    const auto created = desk.names();
    EXPECT_TRUE(is<Written>(desk.run(with_key(create_system("new"), "k"))));
    EXPECT_EQ(desk.names(), created) << "the key knows its command";
    EXPECT_TRUE(desk.fatal.empty());
    EXPECT_EQ(desk.writer->metrics().doubts, 1U);
    EXPECT_TRUE(is<Written>(desk.run(create_system("later"))));
  }
}

TEST(Doubt, stays_one_when_the_log_cannot_be_claimed_and_the_owner_hears_of_it) {
  OwnedDesk owned;
  Desk& desk = owned.desk;
  desk.log->next_append(untold(true));
  desk.log->next_claim([](log::Log&) -> tl::expected<log::Claim, log::Failure> {
    return tl::unexpected(log::Failure{"brokers are away", "wait"});
  });
  EXPECT_TRUE(is<OutcomeUnknown>(desk.run(with_key(create_system("new"), "k"))));
  owned.heard.get_future().wait();
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("later"))));
  EXPECT_NE(desk.writer->status().why_not.find("brokers are away"), std::string::npos);
  EXPECT_TRUE(desk.fatal.empty());

  desk.writer->stop();
  ASSERT_TRUE(desk.start()) << "a later claim finds out";
  EXPECT_TRUE(as<Written>(desk.run(with_key(create_system("new"), "k"))).replayed);
  EXPECT_EQ(std::ranges::count(desk.names(), "ModelCreated"), 1);
}

TEST(Doubt, of_a_writer_that_was_fenced_is_none) {
  OwnedDesk owned;
  Desk& desk = owned.desk;
  desk.log->next_append([](log::Log& log, log::Epoch epoch, log::Position expected,
                           std::span<const log::Record> records) -> log::AppendResult {
    EXPECT_TRUE(log.claim());
    return log.append(epoch, expected, records);
  });
  EXPECT_TRUE(is<NotApplied>(desk.run(create_system("a"))));
  owned.heard.get_future().wait();
  EXPECT_EQ(desk.writer->metrics().doubts, 0U);
}

}  // namespace
}  // namespace almanac::writer::test
