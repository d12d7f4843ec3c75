#include "services/node/settings.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "services/node/setting_rules.hpp"

namespace almanac::node {
namespace {

constexpr std::uint64_t descriptors_kept = 2000;  // for the log, the read models and everything else
constexpr std::uint64_t connections_max = 20'000;

/// Every setting's text, asked for or default, after its own judgement.
class Reader {
 public:
  Reader(const Asked& asked, SettingFaults& faults) : asked_(asked), faults_(faults) {}

  bool given(std::string_view name) const { return asked_.values.contains(name); }

  std::string text(std::string_view name) const {
    const Setting& setting = *find_setting(name);
    const auto found = asked_.values.find(name);
    if (found == asked_.values.end()) return std::string(setting.fallback);
    if (auto fault = fault_of_value(setting, found->second.text)) {
      faults_.push_back({std::string(name), found->second.source, std::move(*fault)});
      return std::string(setting.fallback);
    }
    return found->second.text;
  }
  std::optional<std::string> maybe(std::string_view name) const {
    auto value = text(name);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  bool flag(std::string_view name) const { return parse_flag(text(name)).value_or(false); }
  template <class Number>
  Number number(std::string_view name, std::uint64_t otherwise = 0) const {
    const auto value = parse_bytes(text(name));
    return static_cast<Number>(value ? static_cast<std::uint64_t>(*value) : otherwise);
  }
  std::map<std::string, Given> family(std::string_view stem) const {
    std::map<std::string, Given> members;
    for (const auto& [name, value] : asked_.values) {
      if (name.starts_with(stem)) members.emplace(name.substr(stem.size()), value);
    }
    return members;
  }

 private:
  const Asked& asked_;
  SettingFaults& faults_;
};

std::uint64_t default_connections(const Machine& machine) {
  const std::uint64_t limit = machine.descriptors_max;
  if (limit <= descriptors_kept_min) return 1;
  if (limit <= descriptors_kept) return std::min(limit / 2, limit - descriptors_kept_min);
  return std::min(machine.descriptors_max - descriptors_kept, connections_max);
}

void read_http(const Reader& reader, const Machine& machine, Settings& settings) {
  auto& http = settings.http;
  http.listen = *parse_listen(reader.text("http.listen"));
  http.address_file = reader.maybe("http.address_file");
  http.threads = reader.number<unsigned>("http.threads", std::max(1U, machine.cores));
  http.certificate = reader.maybe("http.tls.certificate");
  http.key = reader.maybe("http.tls.key");
  const auto url = reader.maybe("http.public_url");
  http.public_url_given = url.has_value();
  http.public_url = url.value_or((http.certificate ? "https://" : "http://") + http.listen.text());
  http.cors_origins = reader.text("http.cors_origins");
  http.max_body_bytes = reader.number<std::size_t>("http.max_body_bytes");
  http.head_timeout_s = reader.number<unsigned>("http.head_timeout_s");
  http.body_timeout_s = reader.number<unsigned>("http.body_timeout_s");
  http.idle_timeout_s = reader.number<unsigned>("http.idle_timeout_s");
  http.max_connections = reader.number<std::size_t>("http.max_connections", default_connections(machine));
  if (const auto ops = reader.maybe("ops.listen")) settings.ops_listen = parse_listen(*ops);
  settings.node.id = reader.maybe("node.id").value_or(machine.host_name);
  settings.node.url = reader.maybe("node.url").value_or(http.public_url);
}

void read_storage(const Reader& reader, const Machine& machine, Settings& settings) {
  settings.data.dir = reader.text("data.dir");
  settings.data.min_free_bytes = reader.number<std::uint64_t>("data.min_free_bytes");
  settings.log.engine = reader.text("log.engine");
  settings.log.level = reader.text("log.level");
  const auto format = reader.maybe("log.format");
  settings.log.json = format ? *format == "json" : !machine.terminal;
  settings.kafka.brokers = reader.text("kafka.brokers");
  settings.kafka.topic = reader.text("kafka.topic");
  settings.kafka.group = reader.text("kafka.group");
  settings.kafka.create_topic = reader.flag("kafka.create_topic");
  for (const auto& [name, value] : reader.family("kafka.properties.")) {
    settings.kafka.properties.emplace(name, value.text);
  }
}

void read_auth(const Reader& reader, Settings& settings, SettingFaults& faults) {
  auto& auth = settings.auth;
  auth.jwks = reader.maybe("auth.jwks");
  auth.project = reader.text("auth.project");
  auth.issuer = reader.text("auth.issuer");
  auth.development = reader.flag("auth.development");
  auth.organization_claim = reader.text("auth.organization_claim");
  auth.plan_claim = reader.text("auth.plan_claim");
  auth.default_plan = *events::plan_named(reader.text("auth.default_plan"));
  auth.leeway_s = reader.number<std::int64_t>("auth.leeway_s");
  for (const auto& [role, value] : reader.family("auth.roles.")) {
    events::Scopes scopes;
    for (const auto& name : parse_list(value.text, ' ')) {
      if (const auto scope = events::scope_named(name)) {
        scopes.add(*scope);
      } else {
        faults.push_back({"auth.roles." + role, value.source, "`" + name + "` is no scope"});
      }
    }
    auth.roles.emplace(role, scopes);
  }
}

void read_policy(const Reader& reader, Settings& settings) {
  settings.limits.organization_per_minute = reader.number<std::uint32_t>("limits.organization_per_minute");
  settings.limits.user_per_minute = reader.number<std::uint32_t>("limits.user_per_minute");
  settings.policy.create_on_deprecated = reader.text("policy.create_on_deprecated") == "allow";
  settings.policy.min_notice_days = reader.number<std::uint32_t>("policy.min_notice_days");
  settings.policy.require_if_match = reader.flag("policy.require_if_match");
  settings.accept_clock_behind = reader.flag("clock.accept_behind");
  settings.max_staleness_s = reader.number<std::uint32_t>("read.max_staleness_s");
}

using Stems = std::initializer_list<std::string_view>;

bool is_about(std::string_view name, Stems stems) {
  return std::any_of(stems.begin(), stems.end(), [&](auto stem) { return name.starts_with(stem); });
}

/// Those met while gathering, but for settings that exist and are not asked about.
SettingFaults faults_about(const Asked& asked, Stems stems) {
  SettingFaults faults = asked.faults;
  std::erase_if(faults, [&](const SettingFault& fault) {
    return find_setting(fault.key) != nullptr && !is_about(fault.key, stems);
  });
  return faults;
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.cores = std::max(1U, std::thread::hardware_concurrency());
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    machine.descriptors_max = limit.rlim_cur;
  }
  char name[256] = "";
  if (gethostname(name, sizeof name - 1) == 0) machine.host_name = name;
  machine.terminal = isatty(STDERR_FILENO) == 1;
  return machine;
}

tl::expected<Settings, SettingFaults> read_settings(const Asked& asked, const Machine& machine) {
  SettingFaults faults = asked.faults;
  Settings settings;
  const Reader reader(asked, faults);
  read_http(reader, machine, settings);
  read_storage(reader, machine, settings);
  read_auth(reader, settings, faults);
  read_policy(reader, settings);
  if (asked.accept_loss_after) {
    const auto position = parse_whole(*asked.accept_loss_after);
    if (position && *position >= 0) {
      settings.accept_loss_after = static_cast<events::Position>(*position);
    } else {
      faults.push_back({"accept-loss-after", "flag", "must be a position: a whole number from 0"});
    }
  }
  judge_together(asked, machine, settings, faults);
  if (!faults.empty()) return tl::make_unexpected(std::move(faults));
  settings.shown = show_settings(asked, settings);
  return settings;
}

tl::expected<Settings, SettingFaults> read_log_settings(const Asked& asked) {
  SettingFaults faults = faults_about(asked, {"data.", "log.", "kafka."});
  Settings settings;
  read_storage(Reader(asked, faults), {}, settings);
  if (settings.log.engine != "kafka") {
    std::erase_if(faults, [](const SettingFault& fault) { return is_about(fault.key, {"kafka."}); });
  } else if (settings.kafka.brokers.empty()) {
    const auto given = asked.values.find("log.engine");
    faults.push_back({"log.engine", given->second.source, "kafka needs kafka.brokers"});
  }
  if (!faults.empty()) return tl::make_unexpected(std::move(faults));
  return settings;
}

tl::expected<std::filesystem::path, SettingFaults> read_data_dir(const Asked& asked) {
  SettingFaults faults = faults_about(asked, {"data.", "log."});
  const Reader reader(asked, faults);
  std::filesystem::path directory = reader.text("data.dir");
  for (const Setting& setting : settings_table())
    if (is_about(setting.name, {"data.", "log."}) && setting.name != "data.dir") reader.text(setting.name);
  if (!faults.empty()) return tl::make_unexpected(std::move(faults));
  return directory;
}

}  // namespace almanac::node
