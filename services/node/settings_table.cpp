#include "services/node/settings_table.hpp"

#include <array>

namespace almanac::node {
namespace {

using T = SettingType;
constexpr std::int64_t days_max = 36'500;

constexpr std::array table = {
    Setting{"http.listen", T::listen, "127.0.0.1:8080", "",
            "Where the API is served; port 0 takes a free one."},
    Setting{"http.address_file", T::path, "", "none",
            "When set, the bound address is written there once requests are served."},
    Setting{"http.threads", T::whole, "", "number of cores", "Threads that serve connections.", 1, 1024},
    Setting{"http.tls.certificate", T::path, "", "none: plain HTTP",
            "PEM file with the certificate chain; read again on SIGHUP."},
    Setting{"http.tls.key", T::path, "", "none", "PEM file with its private key; read again on SIGHUP."},
    Setting{"http.public_url", T::url, "", "from http.listen", "How clients reach this node."},
    Setting{"http.cors_origins", T::origins, "", "none",
            "Origins whose pages may call the API, separated by commas."},
    Setting{"http.max_body_bytes", T::bytes, "1MiB", "", "Largest request body; imports may have 16 MiB.",
            1024, std::int64_t{1} << 30},
    Setting{"http.head_timeout_s", T::whole, "10", "", "Seconds for a request's head to arrive.", 1, 3600},
    Setting{"http.body_timeout_s", T::whole, "30", "", "Seconds for a request's body to arrive.", 1, 3600},
    Setting{"http.idle_timeout_s", T::whole, "75", "",
            "Seconds that a connection may stay open without a request.", 1, 86'400},
    Setting{"http.max_connections", T::whole, "", "the descriptor limit less 2,000, at most 20,000",
            "Connections at once; refused at start if the descriptor limit cannot carry them.", 1, 1'000'000},
    Setting{"data.dir", T::path, "./almanac-data", "",
            "Where the log and the read models lie; one process at a time."},
    Setting{"data.min_free_bytes", T::bytes, "256MiB", "",
            "With less disk space left writes are refused, reads go on.", 0},
    Setting{"log.engine", T::choice, "embedded", "",
            "Where the events are kept: in the data directory, or in Kafka.", 0, 0, "embedded|kafka"},
    Setting{"log.level", T::choice, "info", "", "The least that is logged; read again on SIGHUP.", 0, 0,
            "trace|debug|info|warn|error"},
    Setting{"log.format", T::choice, "", "text on a terminal, else json", "How log lines look.", 0, 0,
            "text|json"},
    Setting{"kafka.brokers", T::text, "", "none", "host:port of brokers, separated by commas."},
    Setting{"kafka.topic", T::text, "almanac.events", "", "The topic with the events, of one partition."},
    Setting{"kafka.group", T::text, "almanac", "", "The consumer group that suggests who should write."},
    Setting{"kafka.create_topic", T::flag, "false", "", "Make the topic if it is not there."},
    Setting{"kafka.properties.*", T::text, "", "none",
            "Passed on to librdkafka: TLS, SASL and the like. Secrets also as `…_file`."},
    Setting{"node.id", T::text, "", "the host's name", "This node among its peers."},
    Setting{"node.url", T::url, "", "http.public_url", "Where peers forward writes."},
    Setting{"auth.jwks", T::source, "", "none: the development issuer",
            "The key set that tokens are verified by: URL or file; read again on SIGHUP."},
    Setting{"auth.project", T::text, "", "none", "Stytch project id: `aud` must hold it."},
    Setting{"auth.issuer", T::text, "", "stytch.com/<auth.project>",
            "Another issuer to accept: what `iss` says."},
    Setting{"auth.development", T::flag, "false", "",
            "Let the development issuer serve on other than loopback addresses."},
    Setting{"auth.organization_claim", T::text, "organization_id", "",
            "The claim of machine tokens that names the organization."},
    Setting{"auth.plan_claim", T::text, "plan", "", "The claim that names the plan."},
    Setting{"auth.default_plan", T::choice, "free", "", "The plan of tokens without that claim.", 0, 0,
            "free|pro|enterprise"},
    Setting{"auth.roles.*", T::text, "",
            "stytch_member: models:read models:write; stytch_admin: these, org:admin, events:read",
            "Scopes of a member's role, separated by blanks."},
    Setting{"auth.leeway_s", T::whole, "0", "", "Seconds by which an identity provider's clock may differ.",
            0, 600},
    Setting{"limits.organization_per_minute", T::whole, "300", "",
            "Requests a minute of one organization at this node; 0 is no limit.", 0, 1'000'000'000},
    Setting{"limits.user_per_minute", T::whole, "60", "",
            "Requests a minute of one member or client at this node; 0 is no limit.", 0, 1'000'000'000},
    Setting{"policy.create_on_deprecated", T::choice, "allow", "",
            "Whether new models may build on deprecated ones.", 0, 0, "allow|refuse"},
    Setting{"policy.min_notice_days", T::whole, "0", "",
            "Days between announcing and reaching a system model's end of life, unless forced.", 0, days_max},
    Setting{"policy.require_if_match", T::flag, "false", "", "Refuse changes without If-Match (428)."},
    Setting{"clock.accept_behind", T::flag, "false", "",
            "Take writes although the clock is over 5 minutes behind the last event."},
    Setting{"ops.listen", T::listen, "", "same as http.listen", "Where /livez, /readyz and /metrics answer."},
    Setting{"read.max_staleness_s", T::whole, "30", "",
            "Older than this many seconds, /readyz says that reads are stale.", 1, 86'400},
};

}  // namespace

std::span<const Setting> settings_table() {
  return table;
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : table) {
    if (setting.is_family() ? name.size() > setting.stem().size() && name.starts_with(setting.stem())
                            : name == setting.name) {
      return &setting;
    }
  }
  return nullptr;
}

bool is_secret(std::string_view name) {
  const Setting* setting = find_setting(name);
  if (setting == nullptr || !setting->is_family()) return false;
  return name.find("password") != name.npos || name.find("secret") != name.npos || name.ends_with("key.pem");
}

std::string environment_name(std::string_view setting) {
  std::string name = "ALMANAC_";
  for (const char character : setting) {
    if (character == '.') {
      name += '_';
    } else {
      name += character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A') : character;
    }
  }
  return name;
}

}  // namespace almanac::node
