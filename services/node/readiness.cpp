#include "services/node/readiness.hpp"

#include "events/json.hpp"

namespace almanac::node {
namespace {

using Reasons = std::vector<std::string>;

void append_texts(std::string& out, const Reasons& texts) {
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    events::json::write_string(out, texts[i]);
  }
  out += ']';
}

void append_reasons(std::string& out, std::string_view name, const Reasons& reasons) {
  out +=
      ",\"" + std::string(name) + R"(":{"ready":)" + (reasons.empty() ? "true" : "false") + R"(,"reasons":)";
  append_texts(out, reasons);
  out += '}';
}

}  // namespace

void Readiness::replayed(events::Position position, events::Position end) {
  const std::lock_guard lock(mutex_);
  progress_ = "the log is being read: position " + std::to_string(position) + " of " + std::to_string(end);
}

bool Readiness::damaged(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (!damage_.empty()) return false;
  damage_ = "the read models are damaged (" + what + "); start again, and they are rebuilt from the log";
  return true;
}

api::Readiness Readiness::look() const {
  Reasons reads, writes, firing;
  const Phase phase = phase_.load();
  if (phase == Phase::starting) {
    const std::lock_guard lock(mutex_);
    reads.push_back(progress_);
  }
  if (phase == Phase::stopping) reads.push_back("this node is stopping");
  {
    const std::lock_guard lock(mutex_);
    if (!damage_.empty()) reads.push_back(damage_);
  }
  if (sources_.keys.current()->size() == 0) {
    reads.push_back("no key set could be fetched yet, so no token can be verified (auth.jwks)");
  }
  const auto age = sources_.log_out_of_reach();
  if (age && *age > sources_.staleness_max) {
    reads.push_back("the log has been out of reach for " + std::to_string(age->count()) +
                    " s (read.max_staleness_s is " + std::to_string(sources_.staleness_max.count()) + ")");
  }
  const auto status = sources_.writer();
  writes = reads;
  if (!status.taking_writes && phase == Phase::serving) writes.push_back(status.why_not);
  if (!status.firing) firing.push_back(status.why_not_firing);

  std::string json = R"({"status":")";
  json += reads.empty() ? (writes.empty() ? "ready" : "reads only") : "not ready";
  json += '"';
  append_reasons(json, "reads", reads);
  append_reasons(json, "writes", writes);
  append_reasons(json, "firing", firing);
  const auto snapshot = sources_.projector.latest();
  const auto applied = snapshot == nullptr ? projections::Applied{} : snapshot->applied();
  json += R"(,"position":)" +
          (applied.position ? "\"" + std::to_string(*applied.position) + "\"" : std::string("null"));
  json += R"(,"epoch":)" + std::to_string(status.epoch);
  json += R"(,"role":")" + std::string(sources_.role()) + '"';
  auto notes = sources_.notes();
  if (sources_.development_issuer) {
    notes.push_back(
        "a development issuer is in force: whoever can read the data directory can mint "
        "tokens; set auth.jwks before production");
  }
  json += R"(,"notes":)";
  append_texts(json, notes);
  json += "}\n";
  return {reads.empty(), std::move(json)};
}

}  // namespace almanac::node
