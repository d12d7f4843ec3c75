#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "events/command.hpp"
#include "events/record.hpp"
#include "services/node/setting_sources.hpp"
#include "services/node/setting_values.hpp"

/// The settings of a node, read and judged as a whole: every fault at once, each with its source.
namespace almanac::node {

/// What defaults are found out from.
struct Machine {
  unsigned cores = 1;
  std::uint64_t descriptors_max = 1024;
  std::string host_name;
  bool terminal = false;
};
/// Raises the soft descriptor limit to the hard one first.
Machine this_machine();

struct ShownSetting {
  std::string name, value, source;
};

struct Settings {
  struct {
    ListenAddress listen;
    std::optional<std::filesystem::path> address_file;
    unsigned threads = 1;
    std::optional<std::filesystem::path> certificate, key;
    std::string public_url;
    bool public_url_given = false;
    std::string cors_origins;  ///< separated by commas
    std::size_t max_body_bytes = 0;
    unsigned head_timeout_s = 0, body_timeout_s = 0, idle_timeout_s = 0;
    std::size_t max_connections = 0;
  } http;
  struct {
    std::filesystem::path dir;
    std::uint64_t min_free_bytes = 0;
  } data;
  struct {
    std::string engine, level;
    bool json = true;
  } log;
  struct {
    std::string brokers, topic, group;
    bool create_topic = false;
    std::map<std::string, std::string> properties;
  } kafka;
  struct {
    std::string id, url;
  } node;
  struct {
    std::optional<std::string> jwks;  ///< nullopt: the development issuer
    std::string project, issuer;
    bool development = false;
    std::string organization_claim, plan_claim;
    events::Plan default_plan = events::Plan::free;
    std::map<std::string, events::Scopes> roles;  ///< those that were given, over the default ones
    std::int64_t leeway_s = 0;
  } auth;
  struct {
    std::uint32_t organization_per_minute = 0, user_per_minute = 0;
  } limits;
  struct {
    bool create_on_deprecated = true;
    std::uint32_t min_notice_days = 0;
    bool require_if_match = false;
  } policy;
  bool accept_clock_behind = false;
  std::optional<ListenAddress> ops_listen;  ///< nullopt: http.listen
  std::uint32_t max_staleness_s = 0;
  std::optional<events::Position> accept_loss_after;

  std::vector<std::string> arguments;  ///< what they were read from, for SIGHUP
  std::vector<ShownSetting> shown;     ///< in the table's order, secrets masked
};

tl::expected<Settings, SettingFaults> read_settings(const Asked& asked, const Machine& machine);

/// Where a node's log is, for a command that works on it: `data`, `log` and `kafka` of the settings. Judged
/// are these alone, so that a log can be saved and proved whatever else is wrong; but a setting that does not
/// exist is refused here too, since it may be one of these, misspelt.
tl::expected<Settings, SettingFaults> read_log_settings(const Asked& asked);
/// The same of `data` and `log` alone.
tl::expected<std::filesystem::path, SettingFaults> read_data_dir(const Asked& asked);

}  // namespace almanac::node
