#include "services/writer/intake.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace almanac::writer::test {
namespace {

Submission of_bytes(std::size_t bytes) {
  return {.command = events::DeleteModel{}, .request_bytes = bytes};
}

std::vector<std::size_t> take(Intake& intake) {
  Intake::Taken taken;
  if (!intake.take(taken)) return {};
  std::vector<std::size_t> sizes;
  for (const Waiting& waiting : taken.batch)
    sizes.push_back(waiting.submission.request_bytes);
  return sizes;
}

struct IntakeOf : testing::Test {
  Metrics metrics;
  Intake intake{{.batch_commands_max = 3, .batch_bytes_max = 100}, metrics};
  void SetUp() override { intake.open(); }
  void put(std::size_t bytes) {
    ASSERT_TRUE(intake.put(of_bytes(bytes), [](const Outcome&) {}));
  }
};

TEST_F(IntakeOf, batches_are_bounded_by_commands) {
  for (std::size_t i = 1; i <= 4; ++i)
    put(i);
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{4}));
}

TEST_F(IntakeOf, batches_are_bounded_by_bytes_and_a_larger_one_stands_alone) {
  for (const std::size_t bytes : {60, 50, 500, 40})
    put(bytes);
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{60}));
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{50}));
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{500}));
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{40}));
}

TEST_F(IntakeOf, closing_hands_out_what_waits_and_takes_nothing_more) {
  put(1);
  intake.close();
  EXPECT_FALSE(intake.put(of_bytes(2), [](const Outcome&) {}));
  EXPECT_EQ(take(intake), (std::vector<std::size_t>{1}));
  EXPECT_TRUE(take(intake).empty());
}

TEST_F(IntakeOf, a_taker_that_waits_is_woken) {
  std::vector<std::size_t> taken;
  std::thread taker([&] { taken = take(intake); });
  put(7);
  taker.join();
  EXPECT_EQ(taken, std::vector<std::size_t>{7});
}

TEST_F(IntakeOf, a_taker_that_waits_is_let_go_by_closing) {
  std::thread taker([&] { EXPECT_TRUE(take(intake).empty()); });
  intake.close();
  taker.join();
}

}  // namespace
}  // namespace almanac::writer::test
