#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Where settings come from: flags over environment over file. Nothing is interpreted here but who said what.
namespace almanac::node {

struct Given {
  std::string text;
  std::string source;  ///< `flag`, `environment ALMANAC_…`, `FILE:LINE`
};

struct SettingFault {
  std::string key;  ///< empty: not about one key
  std::string source;
  std::string detail;

  std::string text() const;
};
using SettingFaults = std::vector<SettingFault>;

/// What was asked for. A secret's `…_file` has been read already.
struct Asked {
  std::map<std::string, Given, std::less<>> values;
  std::optional<std::string> accept_loss_after;  ///< `serve` only, a flag only
  bool help = false;
  SettingFaults faults;
};

/// `arguments` are those behind the verb. `environment` holds NAME=value.
Asked gather_settings(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

/// This process's environment.
std::vector<std::string> own_environment();

}  // namespace almanac::node
