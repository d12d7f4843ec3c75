#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/decide.hpp"
#include "services/writer/idempotency.hpp"

/// Command in, outcome out: the only way by which anything is written.
namespace almanac::writer {

struct Submission {
  events::Command command;
  events::Caller caller;
  /// Of every write (`mark_of`); a write without a key of the client's is given one made inside
  /// (`key_made_inside`). nullopt: the scheduler's.
  std::optional<events::IdempotencyMark> mark;
  std::optional<events::Tag> if_match;
  std::optional<std::string> reason;
  std::optional<std::string> traceparent;
  enum class Run : std::uint8_t { real, dry } run = Run::real;
  /// Size of the request's body: what bounds a batch and the queue. 0 for commands made inside.
  std::size_t request_bytes = 0;
};

/// Events were appended, now or by the first try of the same command. Render the answer as of `last`, with
/// the clock at `time`: so that a retry gets the same bytes.
struct Written {
  events::Position first = 0;
  events::Position last = 0;
  events::Instant time;
  std::optional<events::ModelId> model;  ///< the subject of the append's last event of a model
  bool replayed = false;
};
/// Its effect held already, or it was a dry run: nothing was appended. `at` is the position it was judged at.
struct Unchanged {
  std::optional<events::Position> at;
  events::Instant time;
  std::optional<events::ModelId> model;
  std::optional<events::CatalogImported>
      import;  ///< verdicts that were not written: nothing to change, or a plan
  /// A dry run: the model as it would be, its parent and replacement.
  std::optional<events::Model> would_be;
  std::optional<events::Model> would_be_parent;
  std::optional<events::Model> would_be_replacement;
  /// A dry run or a plan: the events that would have been appended, in order.
  std::vector<events::Event> would_write;
};
/// The key was used for another command: 422.
struct KeyReused {};
/// The first command with this key still runs: 409.
struct StillRunning {};
/// Nothing was written; 503 with Retry-After. `outcome` not_applied.
struct NotApplied {
  std::string reason;
  std::uint32_t retry_after_s = 1;
  bool elsewhere = false;  ///< another writer holds the log: ask the node that does
};
/// Cannot be told; send again under the same key. 503, `outcome` unknown.
struct OutcomeUnknown {
  std::string reason;
};
struct Judged {
  events::Rejection rejection;
  std::optional<events::Position> at;
  events::Instant time;
};
using Outcome = std::variant<Written, Unchanged, Judged, KeyReused, StillRunning, NotApplied, OutcomeUnknown>;

/// Any thread. `done` is called exactly once, on the writer's thread, after the outcome of the batch is known
/// and its events are folded; it must be quick and must not throw. Only a writer that is stopped calls it at
/// once, on the caller's thread.
///
/// All `done` of a batch are called one right after the other, and after the last of them the owner's hook
/// `batch_done` (writer.hpp) once: a front end that collects its answers per I/O thread in `done` and posts
/// to each thread in the hook wakes every thread once a batch instead of once an answer.
///
/// A second command with the same key that arrives while the first still waits or is being written is not
/// turned away: it is judged after the first and, answered with it, replays its answer. So this writer never
/// says StillRunning itself; it is there for a front end that forwards.
class Submit {
 public:
  virtual ~Submit() = default;
  virtual void submit(Submission submission, std::function<void(Outcome)> done) = 0;
};

}  // namespace almanac::writer
