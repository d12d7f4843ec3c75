// The architecture as a test: which room may see which, how long a file may be, what a file may be called.
// CMake cannot hold it, because on Debian every installed header is visible to every target.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;  // from the root
  int line = 0;
  std::string path;
  bool own = false;  // "…": of this repository
};

const fs::path root = ALMANAC_SOURCE_DIR;
const std::vector<std::string> rooms = {"events", "projections", "services", "tests"};

std::vector<std::string> sources(const std::string& folder) {
  std::vector<std::string> found;
  if (!fs::exists(root / folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".cpp" || extension == ".hpp")
      found.push_back(fs::relative(entry.path(), root).string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(root / file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::vector<Include> includes_of(const std::string& file) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  int number = 0;
  for (const auto& line : lines_of(file)) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, pattern)) found.push_back({file, number, match[2], match[1] == "\""});
  }
  return found;
}

bool starts(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

bool any_of(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const auto& prefix) { return starts(text, prefix); });
}

/// What a room may include of the repository and which libraries it may know, by the start of the path.
struct Rule {
  std::string room;
  std::vector<std::string> own;
  std::vector<std::string> never;  // libraries
};

const std::vector<std::string> beast = {"boost/asio", "boost/beast"};
const std::vector<std::string> rocksdb = {"rocksdb/"};
const std::vector<std::string> rdkafka = {"librdkafka/"};

std::vector<std::string> join(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> all;
  for (const auto& list : lists)
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

// The longest matching room governs.
const std::vector<Rule> rules = {
    {"events/",
     {"events/"},
     join({beast, rocksdb, rdkafka, {"thread", "mutex", "atomic", "condition_variable", "curl/"}})},
    {"events/log/",
     {"events/log/", "events/instant.hpp", "events/record.hpp", "events/hash.hpp", "events/uuid.hpp",
      "events/json.hpp", "events/seeded_bug.hpp"},
     beast},
    {"projections/", {"projections/", "events/"}, join({beast, rdkafka, {"curl/"}})},
    {"services/writer/",
     {"services/writer/", "events/", "projections/view.hpp", "projections/rows.hpp", "projections/store.hpp",
      "projections/projector.hpp", "projections/fold.hpp", "projections/pending.hpp"},
     join({beast, rocksdb, rdkafka, {"curl/"}})},
    {"services/scheduler/",
     {"services/scheduler/", "services/writer/submit.hpp", "projections/timers.hpp", "projections/rows.hpp",
      "events/"},
     join({beast, rocksdb, rdkafka, {"curl/"}})},
    {"services/api/",
     {"services/api/", "services/writer/submit.hpp", "services/writer/idempotency.hpp", "projections/",
      "events/"},
     join({rocksdb, rdkafka})},
    {"services/cli/", {"services/cli/", "events/", "projections/"}, join({beast, rocksdb, rdkafka})},
    {"services/node/", {"services/", "projections/", "events/"}, join({rocksdb, rdkafka})},
};

const Rule* rule_of(const std::string& file) {
  const Rule* found = nullptr;
  for (const auto& rule : rules) {
    if (starts(file, rule.room) && (found == nullptr || rule.room.size() > found->room.size())) found = &rule;
  }
  return found;
}

std::string at(const Include& include) {
  return include.file + ":" + std::to_string(include.line) + " includes " + include.path;
}

void for_every_source(const std::vector<std::string>& folders,
                      const std::function<void(const std::string&)>& visit) {
  std::size_t seen = 0;
  for (const auto& folder : folders) {
    for (const auto& file : sources(folder)) {
      visit(file);
      ++seen;
    }
  }
  EXPECT_GT(seen, 0U) << "no sources found: is ALMANAC_SOURCE_DIR right?";
}

TEST(Layout, arrows_point_one_way) {
  for_every_source({"events", "projections", "services"}, [](const std::string& file) {
    const Rule* rule = rule_of(file);
    ASSERT_NE(rule, nullptr) << file << " is in no room";
    for (const auto& include : includes_of(file)) {
      if (include.own) {
        EXPECT_TRUE(any_of(include.path, rule->own))
            << at(include) << ", which " << rule->room << " may not see";
      } else {
        EXPECT_FALSE(any_of(include.path, rule->never))
            << at(include) << ", a library that " << rule->room << " may not know";
      }
    }
  });
}

TEST(Layout, a_log_carries_records_not_meanings) {
  for_every_source({"events/log"}, [](const std::string& file) {
    for (const auto& include : includes_of(file)) {
      EXPECT_NE(include.path, "events/event.hpp") << at(include);
      EXPECT_NE(include.path, "events/codec.hpp") << at(include);
    }
  });
}

TEST(Layout, each_library_has_its_files) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> homes = {
      {"rapidjson/", {"events/json.cpp"}},
      {"rocksdb/",
       {"events/log/", "projections/store", "projections/snapshot", "projections/digest",
        "projections/layer"}},
      {"librdkafka/", {"events/log/kafka/"}},
      {"cjose/", {"services/api/", "tests/"}},
      {"prometheus/", {"services/node/"}},
      {"spdlog/", {"services/node/"}},
      {"CLI/", {"services/cli/", "services/node/"}},
  };
  for_every_source({"events", "projections", "services"}, [&](const std::string& file) {
    for (const auto& include : includes_of(file)) {
      for (const auto& [library, files] : homes) {
        EXPECT_TRUE(!starts(include.path, library) || any_of(file, files)) << at(include);
      }
    }
  });
}

TEST(Layout, no_file_is_longer_than_a_person_reads) {
  for_every_source(rooms, [](const std::string& file) {
    EXPECT_LE(lines_of(file).size(), 400U) << file << ": split it by meaning";
  });
}

TEST(Layout, names_say_what_a_file_is) {
  const std::regex empty_names(R"((^|_)(utils?|helpers?|common|misc|manager|impl|base)(_|$))");
  for_every_source(rooms, [&](const std::string& file) {
    EXPECT_FALSE(std::regex_search(fs::path(file).stem().string(), empty_names)) << file;
  });
}

TEST(Layout, no_test_ignores_what_a_property_says) {
  const std::regex ignored(R"(^\s*rc::check\()");
  for_every_source({"tests"}, [&](const std::string& file) {
    std::string before;
    for (const auto& line : lines_of(file)) {
      const bool goes_on = !before.empty() && (before.back() == '(' || before.back() == '=');
      EXPECT_TRUE(goes_on || !std::regex_search(line, ignored)) << file << ": " << line;
      before = line;
    }
  });
}

TEST(Layout, every_header_guards_itself_and_includes_from_the_root) {
  for_every_source(rooms, [](const std::string& file) {
    const auto lines = lines_of(file);
    if (fs::path(file).extension() == ".hpp") {
      EXPECT_TRUE(std::find(lines.begin(), lines.end(), "#pragma once") != lines.end()) << file;
    }
    for (const auto& include : includes_of(file)) {
      EXPECT_TRUE(!include.own || fs::exists(root / include.path))
          << at(include) << ", which is not a path from the root";
    }
  });
}

TEST(Layout, nothing_pure_reads_a_clock) {
  const std::regex clock(
      R"(\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b|\btime\((nullptr|NULL|0)\))");
  for_every_source({"events", "projections"}, [&](const std::string& file) {
    if (starts(file, "events/log/") || starts(file, "projections/projector") ||
        starts(file, "projections/rebuild"))
      return;
    int number = 0;
    for (const auto& line : lines_of(file)) {
      ++number;
      EXPECT_FALSE(std::regex_search(line, clock))
          << file << ":" << number << " reads a clock; time is an argument";
    }
  });
}

}  // namespace
