#include "tests/log/support/temporary_directory.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace almanac::log::test {

namespace {

/// Memory where there is some: a killed process loses the same there, and a sync costs nothing.
std::filesystem::path parent() {
  if (::getenv("TMPDIR") == nullptr && ::access("/dev/shm", W_OK) == 0) return "/dev/shm";
  return std::filesystem::temp_directory_path();
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (parent() / "almanac-log-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace almanac::log::test
