#include "services/writer/disk_space.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>

#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

TEST(DiskSpace, is_enough_at_the_bound_and_not_below_it) {
  EXPECT_TRUE(DiskSpace(500, [] { return 500; }).enough());
  EXPECT_FALSE(DiskSpace(500, [] { return 499; }).enough());
  EXPECT_TRUE(DiskSpace(0, {}).enough());
}

TEST(DiskSpace, of_a_directory_is_that_of_its_file_system) {
  const std::uint64_t free = free_bytes_of(std::filesystem::temp_directory_path())();
  EXPECT_GT(free, 0);
  EXPECT_LT(free, std::numeric_limits<std::uint64_t>::max());
}

TEST(DiskSpace, that_cannot_be_asked_is_left_to_the_log) {
  EXPECT_EQ(free_bytes_of("/nowhere/at/all")(), std::numeric_limits<std::uint64_t>::max());
}

TEST(DiskSpace, a_nearly_full_disk_refuses_writes_before_the_log_and_takes_them_again_by_itself) {
  std::atomic<std::uint64_t> free{1'000};
  Desk desk({.free_bytes_min = 500, .free_bytes = [&] { return free.load(); }});
  const auto id = desk.created(create_system("a"));
  free = 499;
  const std::size_t appends = desk.log->appends().size();
  EXPECT_NE(as<NotApplied>(desk.run(create_system("b"))).reason.find("disk"), std::string::npos);
  EXPECT_EQ(desk.log->appends().size(), appends);
  EXPECT_FALSE(desk.writer->status().taking_writes);
  EXPECT_TRUE(desk.model(id));
  free = 500;
  EXPECT_TRUE(desk.writer->status().taking_writes);
  EXPECT_TRUE(is<Written>(desk.run(create_system("b"))));
}

}  // namespace
}  // namespace almanac::writer::test
