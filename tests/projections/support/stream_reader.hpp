#pragma once
#include <map>
#include <optional>
#include <vector>

#include "events/event.hpp"
#include "events/lifecycle.hpp"

namespace almanac::projections::testing {

/// A reader of the stream that keeps what docs/events.md tells it to, and asks nobody: model -> pricedBy
/// since when, system model -> multiplier and tier since when; beside them enabled and end of life. What
/// rates must equal, made of the events alone.
class StreamReader {
 public:
  void read(const events::Recorded& recorded);

  struct Told {
    events::ModelId priced_by;
    events::Price price;
    events::LifecycleState state{};
    events::Position opened_by = 0;
  };
  /// nullopt: not there then.
  std::optional<Told> at(const events::ModelId& model, events::Instant t) const;
  /// Every instant at which something begins or ends.
  std::vector<events::Instant> instants() const;

 private:
  struct Since {
    events::Instant at;
    events::Position by = 0;
    auto operator<=>(const Since&) const = default;
  };
  template <class Value>
  using Table = std::map<Since, Value>;
  struct Of {
    Table<std::optional<events::ModelId>> priced_by;  ///< nullopt: deleted
    Table<events::Price> price;
    Table<bool> enabled;
    Table<std::optional<events::Instant>> ends_at;  ///< what is scheduled; nullopt: nothing
  };
  events::LifecycleState state(const Of& of, events::Instant t) const;

  std::map<events::ModelId, Of> models_;
};

}  // namespace almanac::projections::testing
