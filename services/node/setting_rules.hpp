#pragma once
#include <string>
#include <vector>

#include "services/node/settings.hpp"

namespace almanac::node {

/// Descriptors that the log, the read models and the rest cannot work without.
constexpr std::uint64_t descriptors_kept_min = 512;

/// Settings that contradict each other, or that this machine cannot carry.
void judge_together(const Asked& asked, const Machine& machine, const Settings& settings,
                    SettingFaults& faults);

/// The table's rows with the values in force and where each came from.
std::vector<ShownSetting> show_settings(const Asked& asked, const Settings& settings);

/// `key = value  # source`, one a line, aligned; what is shown can be read again as a file.
std::string as_text(const std::vector<ShownSetting>& shown);
/// `{"http.listen": {"value": …, "source": …}, …}`
std::string as_json(const std::vector<ShownSetting>& shown);

/// docs/settings.md.
std::string settings_page();
/// What `almanac serve --help` prints.
std::string settings_help();

}  // namespace almanac::node
