#pragma once
#include "projections/projector.hpp"
#include "services/scheduler/scheduler.hpp"
#include "services/writer/writer.hpp"

namespace almanac::node {

/// The scheduler's world: log time and pauses as the writer sees them, timers as the projector last folded
/// them, and the machine's clock to wait on.
class NodeSurroundings final : public scheduler::Surroundings {
 public:
  NodeSurroundings(const writer::Writer& writer, projections::Projector& projector)
      : writer_(writer), projector_(projector) {}

  events::Instant now() const override { return writer_.log_time().now; }
  bool paused() const override { return !writer_.status().firing; }
  scheduler::Round timers(std::size_t count_max) override;
  void wait(std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
            std::optional<events::Instant> until) override {
    scheduler::wait_on_wall_clock(wake, lock, until);
  }

 private:
  const writer::Writer& writer_;
  projections::Projector& projector_;
};

}  // namespace almanac::node
