#include "events/log/kafka/progress.hpp"

#include <gtest/gtest.h>

namespace almanac::log::kafka::test {
namespace {

/// A node in trouble claims nothing. On a topic where nobody writes, because nobody owns the log, the tail
/// hears nothing that would end it.
TEST(Progress, trouble_ends_when_the_brokers_say_that_all_was_read) {
  Progress progress{Chain()};
  progress.saw(5);
  progress.met("a late answer");
  EXPECT_EQ(progress.standing().trouble, "a late answer");
  progress.told_end(5, Clock::now());
  EXPECT_EQ(progress.standing().trouble, "");
}

TEST(Progress, trouble_goes_on_until_that_was_read) {
  Progress progress{Chain()};
  progress.met("a late answer");
  progress.told_end(7, Clock::now());
  EXPECT_EQ(progress.standing().trouble, "a late answer");
  progress.saw(7);
  EXPECT_EQ(progress.standing().trouble, "");
}

}  // namespace
}  // namespace almanac::log::kafka::test
