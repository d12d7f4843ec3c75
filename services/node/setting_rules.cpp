#include "services/node/setting_rules.hpp"

namespace almanac::node {
namespace {

std::string source_of(const Asked& asked, std::string_view name) {
  const auto found = asked.values.find(name);
  return found == asked.values.end() ? "default" : found->second.source;
}

class Judge {
 public:
  Judge(const Asked& asked, SettingFaults& faults) : asked_(asked), faults_(faults) {}

  bool given(std::string_view name) const { return asked_.values.contains(name); }
  void fault(std::string_view name, std::string detail) const {
    faults_.push_back({std::string(name), source_of(asked_, name), std::move(detail)});
  }

 private:
  const Asked& asked_;
  SettingFaults& faults_;
};

void judge_auth(const Judge& judge, const Settings& settings) {
  const bool provider = settings.auth.jwks.has_value();
  if (provider && settings.auth.project.empty()) {
    judge.fault("auth.jwks", "needs auth.project, which tokens must name in `aud`");
  }
  if (provider && settings.auth.development) {
    judge.fault("auth.development",
                "the development issuer does not start together with a configured provider (auth.jwks)");
  }
  for (const char* name : {"auth.project", "auth.issuer"}) {
    if (!provider && judge.given(name)) {
      judge.fault(name, "is of no use without auth.jwks: without it the development issuer is in force");
    }
  }
  if (!provider && !settings.auth.development && !settings.http.listen.is_loopback()) {
    judge.fault("http.listen",
                "is no loopback address, so the development issuer refuses to serve there: set auth.jwks and "
                "auth.project, or say auth.development = true");
  }
}

void judge_http(const Judge& judge, const Machine& machine, const Settings& settings) {
  if (settings.http.certificate.has_value() != settings.http.key.has_value()) {
    judge.fault(settings.http.certificate ? "http.tls.certificate" : "http.tls.key",
                "http.tls.certificate and http.tls.key come together");
  }
  if (settings.http.max_connections + descriptors_kept_min > machine.descriptors_max) {
    const std::uint64_t limit = machine.descriptors_max;
    std::string detail = "cannot be met: the descriptor limit is " + std::to_string(limit) +
                         ", and a node needs " + std::to_string(descriptors_kept_min) +
                         " beside its connections; raise it (ulimit -n, LimitNOFILE=)";
    if (limit > descriptors_kept_min) {
      detail += " or ask for " + std::to_string(limit - descriptors_kept_min) + " at most";
    }
    judge.fault("http.max_connections", std::move(detail));
  }
  if (settings.ops_listen && settings.ops_listen->port != 0 && *settings.ops_listen == settings.http.listen) {
    judge.fault("ops.listen", "is http.listen; leave it out to answer there");
  }
}

void judge_engine(const Judge& judge, const Settings& settings) {
  const bool kafka = settings.log.engine == "kafka";
  if (kafka && settings.kafka.brokers.empty()) judge.fault("log.engine", "kafka needs kafka.brokers");
  if (!kafka && judge.given("kafka.brokers")) {
    judge.fault("kafka.brokers", "is of no use with log.engine = embedded; say log.engine = kafka");
  }
}

}  // namespace

void judge_together(const Asked& asked, const Machine& machine, const Settings& settings,
                    SettingFaults& faults) {
  const Judge judge(asked, faults);
  judge_auth(judge, settings);
  judge_http(judge, machine, settings);
  judge_engine(judge, settings);
}

}  // namespace almanac::node
