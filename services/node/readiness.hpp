#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/projector.hpp"
#include "services/api/access/keys.hpp"
#include "services/api/service.hpp"
#include "services/writer/status.hpp"

namespace almanac::node {

/// What `/readyz` says: reads, writes and the firing of ends of life apart, each with its reasons. The status
/// is 200 while reads are served, because a node that cannot write is still of use to readers. Says nothing
/// about tenants. Any thread.
class Readiness {
 public:
  struct Sources {
    const projections::Projector& projector;
    const api::Keys& keys;
    std::function<writer::WriterStatus()> writer;
    bool development_issuer = false;
    std::function<std::optional<std::chrono::seconds>()> log_out_of_reach;
    std::chrono::seconds staleness_max{0};  ///< `read.max_staleness_s`
    std::function<std::vector<std::string>()> notes;
    std::function<std::string_view()> role;  ///< `owner` or `replica`
  };
  explicit Readiness(Sources sources) : sources_(std::move(sources)) {}

  enum class Phase : std::uint8_t { starting, serving, stopping };
  void enter(Phase phase) { phase_.store(phase); }
  /// Shown while the node starts: how far the replay is.
  void replayed(events::Position position, events::Position end);

  /// Reads are not ready from here on: what was read is damaged. True for the first damage.
  bool damaged(const std::string& what);

  api::Readiness look() const;

 private:
  Sources sources_;
  std::atomic<Phase> phase_{Phase::starting};
  mutable std::mutex mutex_;
  std::string progress_ = "the log is being read";
  std::string damage_;
};

}  // namespace almanac::node
