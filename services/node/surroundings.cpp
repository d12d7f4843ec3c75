#include "services/node/surroundings.hpp"

#include "projections/key.hpp"

namespace almanac::node {

scheduler::Round NodeSurroundings::timers(std::size_t count_max) {
  scheduler::Round round;
  const auto snapshot = projector_.latest();
  const auto applied = snapshot->applied().position;
  auto timer = applied ? projector_.timers().next(*snapshot, *applied) : std::nullopt;
  while (timer && round.size() < count_max) {
    round.push_back(*timer);
    const auto behind = projections::timer_key(timer->due_at, timer->model) + '\0';
    const auto next = projections::next_timer(*snapshot, behind);
    timer = next ? std::optional(next->timer) : std::nullopt;
  }
  return round;
}

}  // namespace almanac::node
