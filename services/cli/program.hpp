#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "events/log/kafka/options.hpp"

/// The command line: every verb but those that only a node knows, which its main hands in.
namespace almanac::cli {

struct MintWish {
  std::string organization, scope, subject, plan;
  std::vector<std::string> roles;
  bool member = false;
  std::int64_t ttl_s = 3600;
};

/// Where a log is: in a node's data directory, or in a topic.
struct LogPlace {
  std::filesystem::path data_dir;
  std::optional<log::kafka::Options> topic;
};

/// What a node knows of itself. `settings` are flags such as `--data.dir`, as behind `serve`.
struct NodeVerbs {
  using Arguments = std::vector<std::string>;
  std::function<int(const Arguments&)> serve;
  std::function<int(const Arguments&)> config;
  std::function<int(const Arguments&, bool json)> rebuild;
  std::function<tl::expected<std::string, std::string>(const MintWish&, const Arguments& settings)> mint;
  std::function<tl::expected<std::filesystem::path, std::string>(const Arguments& settings)> data_dir;
  std::function<tl::expected<LogPlace, std::string>(const Arguments& settings)> log_place;
  std::string version_line;
  std::vector<std::string> setting_names;  ///< for completion
};

/// Parses, runs, and returns the exit status (exit_status.hpp).
int run(int argc, const char* const* argv, const NodeVerbs& node);

}  // namespace almanac::cli
