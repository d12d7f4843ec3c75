#pragma once
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "events/command.hpp"
#include "events/event.hpp"
#include "events/rejection.hpp"
#include "events/view.hpp"

namespace almanac::events {

/// The settings `policy.*` that are law.
struct Policy {
  enum class CreateOnDeprecated : std::uint8_t { allow, refuse };
  CreateOnDeprecated create_on_deprecated = CreateOnDeprecated::allow;
  std::int64_t min_notice_days = 0;
};

/// All that a decision depends on beside the view and the command; the same in, the same out.
struct Circumstances {
  Instant now;        ///< log time: max(clock, time of the last event)
  Position next = 0;  ///< the position that the first event of this command will take
  Policy policy;
  Caller caller;
  std::optional<Tag> if_match;
};

/// The decided events in the order of the table in docs/events.md; empty: its effect already holds.
struct Decision {
  std::vector<Event> events;
  std::optional<ModelId> model;  ///< the model that the answer shows; nullopt for imports and reverts
  std::optional<CatalogImported> import;  ///< verdicts of an import or revert, also when nothing is written
};

/// Judges a command in the order of api.md: visible, else NotFound; the exact scope; If-Match; validation
/// with every fault at once; plan; what other models hold against it. Pure: no clock, no I/O but the view's
/// reads. The caller has fired the due timers of every model that `models_read_by` names before.
tl::expected<Decision, Rejection> decide(const View& view, const Command& command,
                                         const Circumstances& circumstances);

/// The models that a command will judge: itself, its parent, its replacement (and their parents), for imports
/// every row's model and replacement. Only those that exist.
std::vector<ModelId> models_read_by(const View& view, const Command& command);

/// The command that fires a model's timer when it is due at `now`: its end of life has passed and is not
/// recorded.
std::optional<ReachEndOfLife> due(const Model& model, Instant now);

/// What stands worse in a replacement than in the model that it replaces: (field, sentence).
std::vector<Fault> replacement_warnings(const Model& model, const Model& replacement, const View& view,
                                        Instant now);

}  // namespace almanac::events
