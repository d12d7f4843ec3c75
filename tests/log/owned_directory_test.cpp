#include "events/log/owned_directory.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class OwnedDirectories : public testing::Test {
 protected:
  TemporaryDirectory parent;
  fs::path path = parent.path() / "a" / "data";
};

TEST_F(OwnedDirectories, a_new_one_is_made_and_given_its_format) {
  ASSERT_TRUE(OwnedDirectory::open(path, data_directory));
  EXPECT_EQ(text_of(path / "FORMAT"), "almanac data 1\n");
  EXPECT_TRUE(OwnedDirectory::open(path, data_directory)) << "again, once the first has let go";
}

TEST_F(OwnedDirectories, a_second_owner_is_told_whose_it_is_even_in_one_process) {
  const auto first = OwnedDirectory::open(path, data_directory);
  ASSERT_TRUE(first);
  const auto second = OwnedDirectory::open(path, data_directory);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("in use by process " + std::to_string(::getpid()) + " on "));
  EXPECT_THAT(second.error().mend, HasSubstr("stop that process"));
  EXPECT_TRUE(is_owned(path));
}

TEST_F(OwnedDirectories, a_second_process_is_refused_and_a_dead_one_holds_nothing) {
  auto first = OwnedDirectory::open(path, data_directory);
  ASSERT_TRUE(first);
  const auto refused_in_child = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto second = OwnedDirectory::open(path, data_directory);
      ::_exit(second ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 1;
  };
  EXPECT_TRUE(refused_in_child());
  EXPECT_TRUE(is_owned(path));
  first = tl::unexpected(Failure{});
  EXPECT_FALSE(is_owned(path));
  EXPECT_FALSE(refused_in_child());
  EXPECT_TRUE(OwnedDirectory::open(path, data_directory)) << "the child that had it has ended";
}

TEST_F(OwnedDirectories, a_directory_with_other_things_in_it_is_refused_untouched) {
  fs::create_directories(path);
  write(path / "thesis.txt", "do not lose me");
  const auto refused = OwnedDirectory::open(path, data_directory);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("is not an Almanac data directory"));
  EXPECT_THAT(refused.error().mend, HasSubstr("empty directory"));
  EXPECT_EQ(std::distance(fs::directory_iterator(path), fs::directory_iterator{}), 1);
}

TEST_F(OwnedDirectories, a_mount_point_that_is_empty_but_for_lost_and_found_is_empty) {
  fs::create_directories(path / "lost+found");
  EXPECT_TRUE(OwnedDirectory::open(path, data_directory));
}

TEST_F(OwnedDirectories, what_a_process_leaves_that_was_killed_while_making_one_is_empty) {
  fs::create_directories(path);
  write(path / "LOCK", "process 1 on nowhere\n");
  write(path / "FORMAT.new", "almanac da");
  ASSERT_TRUE(OwnedDirectory::open(path, data_directory));
  EXPECT_EQ(text_of(path / "FORMAT"), "almanac data 1\n");
}

TEST_F(OwnedDirectories, a_newer_format_is_refused_with_what_to_do) {
  ASSERT_TRUE(OwnedDirectory::open(path, data_directory));
  write(path / "FORMAT", "almanac data 2\n");
  const auto refused = OwnedDirectory::open(path, data_directory);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("has format 2, this build knows 1"));
  EXPECT_THAT(refused.error().mend, HasSubstr("run the build that wrote it"));
}

TEST_F(OwnedDirectories, another_kind_and_a_damaged_format_are_refused) {
  ASSERT_TRUE(OwnedDirectory::open(path, log_directory));
  EXPECT_FALSE(OwnedDirectory::open(path, data_directory));
  for (const char* damaged :
       {"almanac log ", "almanac log x\n", "almanac log 1", "almanac log 1\n\n", "", "almanac log 0\n"}) {
    write(path / "FORMAT", damaged);
    EXPECT_FALSE(OwnedDirectory::open(path, log_directory)) << damaged;
  }
}

TEST_F(OwnedDirectories, a_directory_that_cannot_be_made_says_so) {
  write(parent.path() / "a", "a file where a directory should be");
  const auto refused = OwnedDirectory::open(path, data_directory);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr(parent.path().string()));
}

TEST_F(OwnedDirectories, free_bytes_are_known_where_there_is_a_disk) {
  EXPECT_GT(*free_bytes(parent.path()), 0U);
  EXPECT_FALSE(free_bytes(parent.path() / "nowhere"));
}

TEST_F(OwnedDirectories, a_log_is_open_once) {
  const auto first = EmbeddedLog::open({.directory = path});
  ASSERT_TRUE(first);
  const auto second = EmbeddedLog::open({.directory = path});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("in use by process"));
}

}  // namespace
}  // namespace almanac::log::test
