#include "services/node/node_verbs.hpp"

#include <chrono>
#include <iostream>

#include "services/api/access/development_issuer.hpp"
#include "services/node/build.hpp"
#include "services/node/node.hpp"
#include "services/node/rebuild.hpp"
#include "services/node/setting_rules.hpp"
#include "services/node/storage.hpp"

namespace almanac::node {
namespace {

constexpr int exit_usage = 2;

std::string in_one(const SettingFaults& faults) {
  std::string text = "the configuration is refused: ";
  for (std::size_t i = 0; i < faults.size(); ++i)
    text += (i == 0 ? "" : "; ") + faults[i].text();
  return text;
}

int config(std::vector<std::string> arguments) {
  bool json = false;
  std::string what;
  std::vector<std::string> settings;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--output" && i + 1 < arguments.size()) {
      json = arguments[++i] == "json";
    } else if (arguments[i] == "--output=json" || arguments[i] == "--json") {
      json = true;
    } else if (what.empty() && !arguments[i].starts_with("-")) {
      what = arguments[i];
    } else {
      settings.push_back(arguments[i]);
    }
  }
  if (what == "page") {
    std::cout << settings_page();
    return 0;
  }
  if (what != "print" && what != "check") {
    const bool help = !arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h");
    (help ? std::cout : std::cerr)
        << "Usage: almanac config print|check|page [--output text|json] [--config FILE] "
           "[--SETTING VALUE]...\n\n"
           "print shows every setting with its source, check only the faults, page the\n"
           "reference (docs/settings.md). A refused configuration is exit status 2.\n";
    return help ? 0 : exit_usage;
  }
  const auto read = read_settings(gather_settings(settings, own_environment()), this_machine());
  if (!read) {
    std::cerr << "almanac: the configuration is refused:\n";
    for (const auto& fault : read.error())
      std::cerr << "  " << fault.text() << "\n";
    return exit_usage;
  }
  if (what == "print") std::cout << (json ? as_json(read->shown) : as_text(read->shown));
  if (what == "check") std::cerr << "the configuration is in order\n";
  return 0;
}

tl::expected<std::filesystem::path, std::string> data_dir(const std::vector<std::string>& arguments) {
  auto directory = read_data_dir(gather_settings(arguments, own_environment()));
  if (!directory) return tl::make_unexpected(in_one(directory.error()));
  return std::move(*directory);
}

tl::expected<cli::LogPlace, std::string> log_place(const std::vector<std::string>& arguments) {
  const auto settings = read_log_settings(gather_settings(arguments, own_environment()));
  if (!settings) return tl::make_unexpected(in_one(settings.error()));
  cli::LogPlace place{settings->data.dir, {}};
  if (settings->log.engine == "kafka") place.topic = kafka_options(*settings);
  return place;
}

tl::expected<std::string, std::string> mint(const cli::MintWish& wish,
                                            const std::vector<std::string>& arguments) {
  using namespace std::chrono;
  const auto data = data_dir(arguments);
  if (!data) return tl::make_unexpected(data.error());
  const auto issuer = api::DevelopmentIssuer::find(*data);
  if (!issuer) return tl::make_unexpected(issuer.error());
  api::DevelopmentIssuer::Wish asked{.kind = wish.member ? api::BearerKind::member : api::BearerKind::machine,
                                     .organization = wish.organization,
                                     .subject = wish.subject,
                                     .scope = wish.scope,
                                     .roles = wish.roles,
                                     .plan = wish.plan,
                                     .ttl_s = wish.ttl_s};
  // The development issuer takes a scope's own name for a role, so that members may be given scopes too.
  if (wish.member) {
    for (auto& scope : parse_list(wish.scope, ' '))
      asked.roles.push_back(std::move(scope));
  }
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  return issuer->mint(asked, {now});
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const Setting& setting : settings_table()) {
    if (!setting.is_family()) names.emplace_back(setting.name);
  }
  return names;
}

}  // namespace

cli::NodeVerbs node_verbs() {
  return {.serve = serve,
          .config = config,
          .rebuild = rebuild,
          .mint = mint,
          .data_dir = data_dir,
          .log_place = log_place,
          .version_line = version_line(),
          .setting_names = setting_names()};
}

}  // namespace almanac::node
