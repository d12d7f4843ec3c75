#include "services/cli/log_files.hpp"

#include <iostream>

#include "events/codec.hpp"
#include "events/hash.hpp"

namespace almanac::cli {
namespace {

template <class Found>
std::optional<Found> or_complain(tl::expected<Found, std::string> found) {
  if (found) return std::move(*found);
  complain(wrong_usage, found.error(), "`almanac config check` tells every fault");
  return std::nullopt;
}

}  // namespace

log::Meaning decodable() {
  return [](const log::Entry& entry) -> std::optional<std::string> {
    const auto recorded = events::decode(entry.record.bytes);
    return recorded ? std::nullopt : std::optional(recorded.error().detail);
  };
}

int complain_of(const log::Failure& failure) {
  return complain(refused, failure.what, failure.mend);
}

int complain_of(const log::kafka::TopicFault& fault) {
  const bool passing = fault.trouble == log::kafka::Trouble::passing;
  return complain(passing ? unreachable : refused, fault.failure.what, fault.failure.mend);
}

std::optional<std::filesystem::path> data_dir_of(const Session& session) {
  return or_complain(session.node.data_dir(session.node_settings));
}

std::optional<LogPlace> log_place_of(const Session& session) {
  if (session.brokers.empty() && session.topic.empty()) {
    auto data = data_dir_of(session);
    return data ? std::optional(LogPlace{std::move(*data), {}}) : std::nullopt;
  }
  auto settings = session.node_settings;
  settings.emplace_back("--log.engine=kafka");
  if (!session.brokers.empty()) settings.push_back("--kafka.brokers=" + session.brokers);
  if (!session.topic.empty()) settings.push_back("--kafka.topic=" + session.topic);
  return or_complain(session.node.log_place(settings));
}

void print_verified(const Session& session, const log::Verified& verified, const std::string& doing) {
  const std::string last = verified.end == 0 ? "none" : std::to_string(verified.end - 1);
  if (!session.wants_json()) {
    std::cout << doing << ": ok, " << verified.end << " records, last position " << last << ", hash "
              << events::hex(verified.last) << ", epoch " << verified.epoch << ", log " << verified.log_id
              << (verified.sealed ? ", sealed" : "") << "\n";
    return;
  }
  std::cout << R"({"ok":true,"records":")" << verified.end << R"(","position":)"
            << (verified.end == 0 ? "null" : "\"" + last + "\"") << R"(,"hash":")"
            << events::hex(verified.last) << R"(","epoch":)" << verified.epoch << R"(,"logId":")"
            << verified.log_id << R"(","sealed":)" << (verified.sealed ? "true" : "false") << "}\n";
}

}  // namespace almanac::cli
