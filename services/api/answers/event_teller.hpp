#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "events/command.hpp"
#include "events/log/log.hpp"

/// Which events a reader sees, how much of each, and which of those he asked for. One rule for the history,
/// the pages and the stream: tenants are kept apart here alone.
namespace almanac::api {

/// What a reader asked for; empty and nullopt ask for everything.
struct EventFilter {
  std::vector<std::string> types;  ///< `dev.almanac.ModelCreated.v1`, or `ModelCreated` for every version
  std::optional<events::Uuid> subject;
  std::optional<std::string> actor;  ///< as the reader sees it
};

/// The reader's own organisation's events and the catalogue's; with events:read:all every event and every
/// attribute. One thread at a time.
class EventTeller {
 public:
  EventTeller(const events::Caller& caller, EventFilter filter);

  struct Told {
    std::string type;
    std::string json;  ///< a CloudEvent in structured mode, on one line
  };
  /// nullopt: not for this reader, or not asked for.
  std::optional<Told> tell(const log::Entry& entry) const;
  /// Tellers of one audience tell the same of every record. Empty: this one has filters of its own.
  std::string_view audience() const { return audience_; }

 private:
  bool sees(std::string_view key) const;
  bool asked_for(const events::RecordView& record) const;

  std::string key_;  ///< `org:<organisation>`
  std::string audience_;
  events::Visible visible_;
  EventFilter filter_;
};

/// Whether a name is that of an event type, alone or as a whole `ce_type`.
bool is_event_type(std::string_view name);
/// A header's text; empty when there is none.
std::string_view header_of(const events::RecordView& record, std::string_view name);

}  // namespace almanac::api
