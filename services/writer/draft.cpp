#include "services/writer/draft.hpp"

#include <utility>

#include "events/codec.hpp"
#include "projections/fold.hpp"

namespace almanac::writer {

Draft::Draft(projections::MutableRows& rows, const LogEnd& end, const Term& term, RandomIds& ids)
    : rows_(rows), view_(rows), term_(term), ids_(ids), begin_(end.next), end_(end) {}

void Draft::add(std::vector<events::Event>&& events, const Said& said) {
  events::Recorded recorded;
  events::Stamp& stamp = recorded.stamp;
  stamp.epoch = term_.epoch;
  stamp.log_id = term_.log_id;
  stamp.time = said.now;
  stamp.correlation_id = ids_.next(said.now);
  stamp.actor = said.actor;
  stamp.reason = said.reason;
  stamp.idempotency = said.mark;
  stamp.traceparent = said.traceparent;

  for (events::Event& event : events) {
    recorded.event = std::move(event);
    stamp.position = end_.next;
    stamp.previous = end_.last;
    stamp.id = ids_.next(said.now);
    stamp.stream_version = version_after(recorded.event);
    stamp.causation.reset();
    if (const auto* ended = std::get_if<events::ModelReachedEndOfLife>(&recorded.event.payload)) {
      stamp.causation = ended->scheduled_by;
    }
    records_.push_back(events::encode(recorded));
    const events::Hash& hash = records_.back().hash;
    projections::fold(rows_, recorded, hash);
    if (recorded.event.subject) view_.changed(*recorded.event.subject);
    end_ = {.next = end_.next + 1, .last = hash, .time = said.now};
  }
}

std::uint64_t Draft::version_after(const events::Event& event) const {
  if (!event.subject) return 0;
  if (std::holds_alternative<events::ModelCreated>(event.payload)) return 1;
  const auto model = view_.model(*event.subject);
  return model ? model->version + 1 : 1;
}

}  // namespace almanac::writer
