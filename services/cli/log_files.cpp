#include "services/cli/log_files.hpp"

#include <iostream>

#include "events/codec.hpp"
#include "events/hash.hpp"

namespace almanac::cli {

log::Meaning decodable() {
  return [](const log::Entry& entry) -> std::optional<std::string> {
    const auto recorded = events::decode(entry.record.bytes);
    return recorded ? std::nullopt : std::optional(recorded.error().detail);
  };
}

int complain_of(const log::Failure& failure) {
  return complain(refused, failure.what, failure.mend);
}

std::optional<std::filesystem::path> data_dir_of(const Session& session) {
  auto data = session.node.data_dir(session.node_settings);
  if (data) return std::move(*data);
  complain(wrong_usage, data.error(), "`almanac config check` tells every fault");
  return std::nullopt;
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
