#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace almanac::api::testing {

/// One input of a corpus as bytes for the wire.
struct WireCase {
  std::string name;
  std::string bytes;
  std::string tier;          // http-desync-guardian: Compliant, Acceptable, Ambiguous, Severe
  std::size_t messages = 0;  // llhttp: how many messages its log says are complete
  bool refused = false;      // llhttp: its log ends in an error
  bool lenient = false;      // llhttp: describes a mode that a strict server does not have
};

std::filesystem::path corpora();

/// The ```http blocks of corpora/llhttp/test/request/*.md with what the log behind each says.
std::vector<WireCase> llhttp_cases();
/// corpora/http-desync-guardian/tests/*.yaml, rendered as request heads.
std::vector<WireCase> desync_cases();
/// Each file of a folder, unchanged.
std::vector<WireCase> files_of(const std::string& folder);

/// Puts `Host: a` behind every HTTP/1.x request line whose head has none, so that its absence is not the
/// reason of every refusal.
std::string with_hosts(const std::string& bytes);

}  // namespace almanac::api::testing
