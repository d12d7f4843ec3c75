#include <map>
#include <string_view>

#include "services/cli/litellm.hpp"

namespace almanac::cli {
namespace {

std::vector<std::string> segments_of(std::string_view key) {
  std::vector<std::string> segments;
  for (std::size_t from = 0; from <= key.size();) {
    const auto slash = std::min(key.find('/', from), key.size());
    segments.emplace_back(key.substr(from, slash - from));
    from = slash + 1;
  }
  return segments;
}

/// `anthropic.claude-v2 (bedrock, us-east-1)`: the provider, then what else the key says before its name.
std::string told_apart(const std::vector<std::string>& segments, const std::string& provider) {
  std::string inside = provider;
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    if (segments[i] != provider) inside += ", " + segments[i];
  }
  return segments.back() + " (" + inside + ")";
}

void keep_alone(std::vector<std::string>& names, const std::vector<std::string>& next) {
  std::map<std::string, int> count;
  for (const auto& name : names)
    ++count[name];
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (count[names[i]] > 1) names[i] = next[i];
  }
}

}  // namespace

std::vector<std::string> litellm_names(
    const std::vector<std::pair<std::string, std::string>>& keys_providers) {
  std::vector<std::string> names, with_provider, with_path, whole;
  for (const auto& [key, provider] : keys_providers) {
    const auto segments = segments_of(key);
    names.push_back(segments.back().empty() ? key : segments.back());
    with_provider.push_back(names.back() + " (" + provider + ")");
    with_path.push_back(told_apart(segments, provider));
    whole.push_back(key);
  }
  keep_alone(names, with_provider);
  keep_alone(names, with_path);
  keep_alone(names, whole);
  return names;
}

}  // namespace almanac::cli
