#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>

/// Time is an argument: a decision or a fold that asked a clock could not be repeated from the log.
namespace almanac::events {
namespace {

namespace fs = std::filesystem;

bool asks_a_clock(const std::string& line) {
  static const std::regex clock(
      R"(\b(system|steady|high_resolution|utc|tai|file)_clock\b|\bnow\s*\(\s*\)|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|\b(clock_gettime|gettimeofday|localtime|gmtime)\b)");
  return std::regex_search(line, clock);
}

TEST(Sources, that_ask_a_clock_are_recognised) {
  for (const char* line : {"const auto t = std::chrono::system_clock::now();", "auto t = Clock::now();",
                           "time(nullptr)", "x = time( NULL );", "clock_gettime(CLOCK_REALTIME, &t);"}) {
    EXPECT_TRUE(asks_a_clock(line)) << line;
  }
  for (const char* line : {"at.now", "Instant now;", "due(model, now)", "by_clock ? a : b",
                           "/// Log time: max(clock, last event)"}) {
    EXPECT_FALSE(asks_a_clock(line)) << line;
  }
}

TEST(Sources, of_law_and_folds_ask_no_clock) {
  std::size_t files = 0;
  for (const char* room : {"events", "projections"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ALMANAC_SOURCE_DIR) / room)) {
      const std::string path = entry.path().string();
      // The log's engines and the projector's thread are I/O, and wait.
      const bool io = path.find("/events/log/") != std::string::npos ||
                      path.find("/projections/projector") != std::string::npos ||
                      path.find("/projections/rebuild") != std::string::npos;
      if (io || !entry.is_regular_file()) continue;
      ++files;
      std::ifstream in(entry.path());
      std::string line;
      for (int number = 1; std::getline(in, line); ++number) {
        EXPECT_FALSE(asks_a_clock(line)) << path << ":" << number << ": " << line;
      }
    }
  }
  EXPECT_GT(files, 40U);
}

}  // namespace
}  // namespace almanac::events
