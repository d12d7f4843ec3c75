#include "services/node/setting_sources.hpp"

#include <unistd.h>

#include <boost/program_options.hpp>
#include <fstream>
#include <iterator>
#include <sstream>

#include "services/node/settings_table.hpp"

namespace almanac::node {
namespace {

namespace po = boost::program_options;
constexpr std::string_view prefix = "ALMANAC_";

/// Whether a variable is meant as a setting: `ALMANAC_HTTP_LISTN` is a misspelt one, but under our prefix
/// there are others' names too: the client's, and what Kubernetes sets for a service that is called almanac.
bool is_of_a_group(std::string_view variable) {
  for (const Setting& setting : settings_table()) {
    const std::string group = environment_name(setting.name.substr(0, setting.name.find('.') + 1));
    if (variable.starts_with(group)) return true;
  }
  return false;
}

/// A secret may also be given as the name of a file that holds it.
std::string_view without_file_suffix(std::string_view key) {
  constexpr std::string_view suffix = "_file";
  if (!key.ends_with(suffix)) return key;
  const auto secret = key.substr(0, key.size() - suffix.size());
  return is_secret(secret) ? secret : key;
}

class Gathering {
 public:
  explicit Gathering(Asked& asked) : asked_(asked) {}

  /// Values of one source; a later source does not overrule an earlier one.
  void begin_source() { here_.clear(); }

  void take(const std::string& key, const std::string& text, const std::string& source) {
    if (find_setting(key) == nullptr) {
      asked_.faults.push_back({key, source, "there is no such setting"});
      return;
    }
    const std::string name(without_file_suffix(key));
    if (const auto [earlier, fresh] = here_.emplace(name, source); !fresh) {
      asked_.faults.push_back({key, source, "is given twice, first by " + earlier->second});
      return;
    }
    Given given{text, source};
    if (name != key && !read_secret(key, given)) return;
    if (!given.text.empty()) asked_.values.emplace(name, std::move(given));  // empty: the default
  }

 private:
  bool read_secret(const std::string& key, Given& given) {
    std::ifstream file(given.text, std::ios::binary);
    if (!file) {
      asked_.faults.push_back({key, given.source, "the file " + given.text + " cannot be read"});
      return false;
    }
    given.source += ", file " + given.text;
    given.text.assign(std::istreambuf_iterator<char>(file), {});
    while (!given.text.empty() && (given.text.back() == '\n' || given.text.back() == '\r'))
      given.text.pop_back();
    return true;
  }

  Asked& asked_;
  std::map<std::string, std::string> here_;
};

/// `--auth.development` alone means true.
std::vector<std::string> with_flags_spelt_out(const std::vector<std::string>& arguments) {
  std::vector<std::string> spelt;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    spelt.push_back(arguments[i]);
    if (!arguments[i].starts_with("--")) continue;
    const Setting* setting = find_setting(std::string_view(arguments[i]).substr(2));
    const bool bare = i + 1 == arguments.size() || arguments[i + 1].starts_with("--");
    if (setting != nullptr && setting->type == SettingType::flag && bare) spelt.back() += "=true";
  }
  return spelt;
}

/// Takes the flags, and tells the name of the file.
std::optional<std::string> take_flags(const std::vector<std::string>& arguments, Asked& asked,
                                      Gathering& gathering) {
  po::options_description known;
  known.add_options()("config", po::value<std::string>(), "")("help", "")("accept-loss-after",
                                                                          po::value<std::string>(), "");
  for (const std::string& argument : arguments) {  // families have no fixed names, so name what is there
    const std::string name =
        argument.substr(0, argument.find('=')).substr(argument.starts_with("--") ? 2 : 0);
    if (argument.starts_with("--") && find_setting(name) != nullptr &&
        known.find_nothrow(name, false) == nullptr) {
      known.add_options()(name.c_str(), po::value<std::string>(), "");
    }
  }
  std::optional<std::string> file;
  try {
    using namespace po::command_line_style;
    const auto parsed = po::command_line_parser(with_flags_spelt_out(arguments))
                            .options(known)
                            .style(allow_long | long_allow_adjacent | long_allow_next)
                            .allow_unregistered()
                            .run();
    for (const auto& option : parsed.options) {
      const std::string text = option.value.empty() ? "" : option.value.front();
      if (option.string_key.empty()) {
        asked.faults.push_back({"", "flag", "`" + text + "` belongs to no setting"});
      } else if (option.unregistered) {
        const std::string& token = option.original_tokens.front();
        const std::string name = token.substr(0, token.find('=')).substr(token.find_first_not_of('-'));
        asked.faults.push_back({name, "flag", "there is no such setting"});
      } else if (option.string_key == "config") {
        file = text;
      } else if (option.string_key == "help") {
        asked.help = true;
      } else if (option.string_key == "accept-loss-after") {
        asked.accept_loss_after = text;
      } else {
        gathering.take(option.string_key, text, "flag");
      }
    }
  } catch (const po::error& error) {
    asked.faults.push_back({"", "flag", error.what()});
  }
  return file;
}

/// The setting that an environment variable means; families keep the rest of the name in lower case, and a
/// Kafka property has dots where the variable has underscores.
std::string setting_of_variable(const std::string& variable) {
  for (const Setting& setting : settings_table()) {
    if (!setting.is_family()) {
      if (environment_name(setting.name) == variable) return std::string(setting.name);
      continue;
    }
    const std::string stem = environment_name(setting.stem());
    if (variable.size() <= stem.size() || !variable.starts_with(stem)) continue;
    std::string rest = variable.substr(stem.size());
    const bool dotted = setting.name.starts_with("kafka.");
    const bool is_file = rest.ends_with("_FILE");
    for (char& character : rest) {
      if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
      if (dotted && character == '_') character = '.';
    }
    if (is_file && dotted) rest[rest.size() - 5] = '_';
    return std::string(setting.stem()) + rest;
  }
  return "";
}

void take_environment(const std::vector<std::string>& environment, Asked& asked, Gathering& gathering) {
  for (const std::string& line : environment) {
    const auto equals = line.find('=');
    if (!line.starts_with(prefix) || equals == std::string::npos) continue;
    const std::string variable = line.substr(0, equals);
    if (!is_of_a_group(variable)) continue;
    const std::string name = setting_of_variable(variable);
    if (name.empty()) {
      asked.faults.push_back({variable, "environment", "no setting has that variable"});
    } else {
      gathering.take(name, line.substr(equals + 1), "environment " + variable);
    }
  }
}

/// Boost's own syntax, a line at a time, because its parser does not say on which line a value stood.
void take_file(const std::string& path, Asked& asked, Gathering& gathering) {
  std::ifstream file(path);
  if (!file) {
    asked.faults.push_back({"config", path, "the file cannot be read"});
    return;
  }
  std::string section, line;
  const po::options_description none;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const std::string source = path + ":" + std::to_string(number);
    if (!line.empty() && line.front() == '[') {
      section = line;
      continue;
    }
    try {
      std::istringstream one(std::string(section).append("\n").append(line).append("\n"));
      for (const auto& option : po::parse_config_file(one, none, true).options) {
        gathering.take(option.string_key, option.value.front(), source);
      }
    } catch (const po::error& error) {
      asked.faults.push_back({"", source, error.what()});
    }
  }
}

}  // namespace

std::string SettingFault::text() const {
  return (key.empty() ? "" : key + " ") + "(" + source + "): " + detail;
}

Asked gather_settings(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment) {
  Asked asked;
  Gathering gathering(asked);
  gathering.begin_source();
  auto file = take_flags(arguments, asked, gathering);
  gathering.begin_source();
  take_environment(environment, asked, gathering);
  for (const std::string& line : environment) {
    if (!file && line.starts_with("ALMANAC_CONFIG=")) file = line.substr(line.find('=') + 1);
  }
  gathering.begin_source();
  if (file) take_file(*file, asked, gathering);
  return asked;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> lines;
  for (char** line = environ; line != nullptr && *line != nullptr; ++line)
    lines.emplace_back(*line);
  return lines;
}

}  // namespace almanac::node
