#include <algorithm>

#include "events/json.hpp"
#include "services/node/setting_rules.hpp"

namespace almanac::node {
namespace {

/// Values that were found out at start, by name; everything else is its own default.
std::string found_out(std::string_view name, const Settings& settings) {
  if (name == "http.threads") return std::to_string(settings.http.threads);
  if (name == "http.public_url") return settings.http.public_url;
  if (name == "http.max_connections") return std::to_string(settings.http.max_connections);
  if (name == "log.format") return settings.log.json ? "json" : "text";
  if (name == "node.id") return settings.node.id;
  if (name == "node.url") return settings.node.url;
  return "";
}

std::string range_of(const Setting& setting) {
  switch (setting.type) {
    case SettingType::flag:
      return "true, false";
    case SettingType::whole:
    case SettingType::bytes: {
      const std::string unit = setting.type == SettingType::bytes ? " bytes" : "";
      if (setting.high == std::numeric_limits<std::int64_t>::max()) {
        return "from " + std::to_string(setting.low) + unit;
      }
      return std::to_string(setting.low) + " to " + std::to_string(setting.high) + unit;
    }
    case SettingType::choice: {
      std::string choices(setting.choices);
      for (std::size_t at = 0; (at = choices.find('|', at)) != std::string::npos; at += 2) {
        choices.replace(at, 1, ", ");
      }
      return choices;
    }
    case SettingType::listen:
      return "address:port";
    case SettingType::url:
      return "URL";
    case SettingType::path:
      return "path";
    case SettingType::source:
      return "URL or path";
    case SettingType::origins:
      return "origins";
    case SettingType::text:
      return "text";
  }
  return "";
}

std::string default_of(const Setting& setting) {
  return setting.fallback_says.empty() ? "`" + std::string(setting.fallback) + "`"
                                       : std::string(setting.fallback_says);
}

}  // namespace

std::vector<ShownSetting> show_settings(const Asked& asked, const Settings& settings) {
  std::vector<ShownSetting> shown;
  for (const Setting& setting : settings_table()) {
    if (setting.is_family()) {
      for (const auto& [name, given] : asked.values) {
        if (name.starts_with(setting.stem())) {
          shown.push_back({name, is_secret(name) ? "********" : given.text, given.source});
        }
      }
      continue;
    }
    const auto given = asked.values.find(setting.name);
    if (given != asked.values.end()) {
      shown.push_back({std::string(setting.name), given->second.text, given->second.source});
    } else {
      const std::string value = found_out(setting.name, settings);
      shown.push_back(
          {std::string(setting.name), value.empty() ? std::string(setting.fallback) : value, "default"});
    }
  }
  return shown;
}

std::string as_text(const std::vector<ShownSetting>& shown) {
  std::size_t width = 0;
  for (const auto& each : shown)
    width = std::max(width, each.name.size() + 3 + each.value.size());
  std::string text;
  for (const auto& each : shown) {
    const std::string line = each.name + " = " + each.value;
    text += line + std::string(width + 2 - std::min(width, line.size()), ' ') + "# " + each.source + "\n";
  }
  return text;
}

std::string as_json(const std::vector<ShownSetting>& shown) {
  std::string json = "{";
  for (const auto& each : shown) {
    json += json.size() == 1 ? "\n  " : ",\n  ";
    events::json::write_string(json, each.name);
    json += ": {\"value\": ";
    if (each.value.empty()) {
      json += "null";
    } else {
      events::json::write_string(json, each.value);
    }
    json += ", \"source\": ";
    events::json::write_string(json, each.source);
    json += "}";
  }
  return json + "\n}\n";
}

std::string settings_page() {
  std::string page =
      "# Settings\n\n"
      "Made from the table in `services/node/settings_table.cpp`; a test holds the two together.\n\n"
      "A flag (`--http.listen 127.0.0.1:8080`) counts over the environment (`ALMANAC_HTTP_LISTEN`), that "
      "over\n"
      "the file named by `--config FILE` or `ALMANAC_CONFIG` (`http.listen = 127.0.0.1:8080`), that over "
      "the\n"
      "default. An unknown key, a value out of range and settings that contradict each other are refused at\n"
      "start, all at once, each with its source; `almanac config check` says the same without starting.\n"
      "An empty value is the default. `almanac config print` shows every value in force and where it came "
      "from.\n\n"
      "Secrets are the `kafka.properties.*` whose names say password or secret: they are masked wherever\n"
      "settings are shown, and `NAME_file` names a file that holds one.\n\n"
      "| setting | value | default | what |\n|---|---|---|---|\n";
  for (const Setting& setting : settings_table()) {
    page += "| `" + std::string(setting.name) + "` | " + range_of(setting) + " | " + default_of(setting) +
            " | " + std::string(setting.says) + " |\n";
  }
  page +=
      "\n`--accept-loss-after POSITION` is a flag of `almanac serve` alone: it accepts, once, that "
      "acknowledged\n"
      "records after that position are gone. It cannot stand in a file or the environment.\n";
  return page;
}

std::string settings_help() {
  std::string help =
      "Usage: almanac serve [--config FILE] [--SETTING VALUE]... [--accept-loss-after POSITION]\n\n"
      "Runs a node. Each setting is also ALMANAC_SETTING in the environment, or a line `setting = value`\n"
      "in FILE.\n\n";
  for (const Setting& setting : settings_table()) {
    std::string fallback = default_of(setting);
    std::erase(fallback, '`');
    help += "  --" + std::string(setting.name) + "  (" + range_of(setting) + ")\n      " +
            std::string(setting.says) + " Default: " + fallback + ".\n";
  }
  return help;
}

}  // namespace almanac::node
