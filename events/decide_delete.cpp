#include <algorithm>
#include <utility>

#include "events/access.hpp"
#include "events/decide_families.hpp"
#include "events/dependents.hpp"

namespace almanac::events {

Decided decide_one(const View& view, const DeleteModel& command, const Circumstances& at) {
  auto subject = admit(view, command.id, at);
  if (!subject) return tl::unexpected(std::move(subject).error());
  HasDependents dependents = dependents_of(view, command.id);
  if (dependents.count > 0) return tl::unexpected<Rejection>(std::move(dependents));
  Decision decision;
  decision.model = command.id;
  decision.events.push_back(
      event_about(view, subject->model, subject->parent_or_null(), at.now, ModelDeleted{}));
  return decision;
}

}  // namespace almanac::events
