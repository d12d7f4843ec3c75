#include "services/writer/new_ids.hpp"

#include <gtest/gtest.h>

#include <set>

namespace almanac::writer::test {
namespace {

TEST(RandomIds, are_of_version_7_and_begin_with_their_time) {
  RandomIds ids;
  const std::string text = ids.next({0x0123456789AB}).text();
  EXPECT_EQ(text.substr(0, 13), "01234567-89ab");
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
  EXPECT_TRUE(events::Uuid::parse(text));
}

TEST(RandomIds, never_meet_not_even_those_of_another_process) {
  RandomIds one;
  RandomIds other;
  std::set<events::Uuid> seen;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(seen.insert(one.next({7})).second);
    EXPECT_TRUE(seen.insert(other.next({7})).second);
  }
}

}  // namespace
}  // namespace almanac::writer::test
