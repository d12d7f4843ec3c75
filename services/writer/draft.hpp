#pragma once
#include <optional>
#include <vector>

#include "events/event.hpp"
#include "events/record.hpp"
#include "projections/rows.hpp"
#include "services/writer/batch_view.hpp"
#include "services/writer/new_ids.hpp"

namespace almanac::writer {

/// Where the log ends: what the next record must follow.
struct LogEnd {
  events::Position next = 0;
  events::Hash last{};
  events::Instant time;  ///< of the last event
};

/// In whose name records are written.
struct Term {
  events::Epoch epoch = 0;
  events::Uuid log_id;
};

/// Who did it and why: the part of an event's stamp that all events of one command share.
struct Said {
  events::Instant now;
  events::Actor actor;
  std::optional<std::string> reason;
  std::optional<events::IdempotencyMark> mark;
  std::optional<std::string> traceparent;
};

/// The log's continuation as decided so far: numbers, chains and encodes events and folds each into `rows` by
/// the same fold that the projector uses, so that what is decided next sees it. One thread.
class Draft {
 public:
  Draft(projections::MutableRows& rows, const LogEnd& end, const Term& term, RandomIds& ids);

  /// The events of one command.
  void add(std::vector<events::Event>&& events, const Said& said);

  const std::vector<events::Record>& records() const { return records_; }
  events::Position begin() const { return begin_; }
  const LogEnd& end() const { return end_; }
  const projections::MutableRows& rows() const { return rows_; }
  /// What the next command is decided on.
  const events::View& view() const { return view_; }

 private:
  std::uint64_t version_after(const events::Event& event) const;

  projections::MutableRows& rows_;
  BatchView view_;
  const Term term_;
  RandomIds& ids_;
  const events::Position begin_;
  LogEnd end_;
  std::vector<events::Record> records_;
};

}  // namespace almanac::writer
