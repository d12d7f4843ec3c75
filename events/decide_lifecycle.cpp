#include <algorithm>
#include <utility>

#include "events/access.hpp"
#include "events/bounds.hpp"
#include "events/decide_families.hpp"
#include "events/deprecation.hpp"
#include "events/replacement.hpp"
#include "events/seeded_bug.hpp"

namespace almanac::events {
namespace {

Decision decided(const View& view, const Subject& subject, std::vector<Payload> payloads,
                 const Circumstances& at) {
  Decision decision;
  decision.model = subject.model.id;
  for (Payload& payload : payloads) {
    decision.events.push_back(
        event_about(view, subject.model, subject.parent_or_null(), at.now, std::move(payload)));
  }
  settle(decision.events, at.next);
  return decision;
}

std::string with_way_out(std::string fault) {
  return std::move(fault) + R"(; "force": true ends it sooner all the same.)";
}

/// Everything is judged again but for what stands already, so that a PUT sent twice is done twice.
FaultList judge(const View& view, const Model& model, const DeprecateModel& command,
                const Circumstances& at) {
  FaultList faults(command.faults);
  if (command.message) {
    faults.judge("/deprecationMessage", text_fault(*command.message, deprecation_message_bounds));
  }
  faults.judge("/endOfLifeAt", date_fault(model, command.end_of_life_at, at.now));
  if (!command.force) {
    auto sooner = notice_fault(model, command.end_of_life_at, at.policy.min_notice_days, at.now);
    if (sooner) faults.judge("/endOfLifeAt", with_way_out(*std::move(sooner)));
  }
  if (command.replacement) {
    faults.judge("/replacementModelId", replacement_fault(view, model, *command.replacement, at.now));
  }
  return faults;
}

}  // namespace

Decided decide_one(const View& view, const DeprecateModel& command, const Circumstances& at) {
  const auto subject = admit(view, command.id, at);
  if (!subject) return tl::unexpected(subject.error());
  const ModelDeprecated wanted{command.end_of_life_at, command.message, command.replacement};
  if (command.faults.empty() && standing_deprecation(subject->model) == wanted) {
    return decided(view, *subject, {}, at);
  }
  const FaultList faults = judge(view, subject->model, command, at);
  if (!faults.empty()) return tl::unexpected<Rejection>(Invalid{faults.faults()});
  return decided(view, *subject, payloads_toward(subject->model, wanted, at.now), at);
}

Decided decide_one(const View& view, const RestoreModel& command, const Circumstances& at) {
  const auto subject = admit(view, command.id, at);
  if (!subject) return tl::unexpected(subject.error());
  return decided(view, *subject, payloads_toward(subject->model, std::nullopt, at.now), at);
}

Decided decide_one(const View& view, const ReachEndOfLife& command, const Circumstances& at) {
  const auto model = view.model(command.id);
  if (!model) return tl::unexpected<Rejection>(NotFound{});
  const auto& standing = model->deprecation;
  const auto checks = [&] {
    return standing->scheduled_by == command.scheduled_by && standing->end_of_life_at <= at.now;
  };
  if (!standing || (!checks() && !seeded_bug("timer_unchecked"))) {
    return tl::unexpected<Rejection>(
        Invalid{{{"/scheduledBy", "The schedule of position " + std::to_string(command.scheduled_by) +
                                      " does not stand any more, or is not due yet."}}});
  }
  Decision decision;
  decision.model = model->id;
  if (model->ended) return decision;
  const auto parent = parent_of(view, *model);
  const Instant due_at = standing->end_of_life_at;
  decision.events.push_back(event_about(view, *model, parent ? &*parent : nullptr,
                                        std::max(due_at, standing->scheduled_at),
                                        ModelReachedEndOfLife{due_at, at.now, standing->scheduled_by}));
  return decision;
}

std::optional<ReachEndOfLife> due(const Model& model, Instant now) {
  if (model.deleted || model.ended || !model.deprecation) return std::nullopt;
  if (model.deprecation->end_of_life_at > now) return std::nullopt;
  return ReachEndOfLife{model.id, model.deprecation->scheduled_by};
}

}  // namespace almanac::events
