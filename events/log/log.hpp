#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "events/record.hpp"

/// The log port: one ordered, append-only, durable log of records. It knows records, not what they mean.
/// There is no truncate and no delete. Every engine passes the suite in tests/log/contract_test.cpp.
///
///     auto claim = log.claim();                              // we are the writer now, whoever was before
///     auto records = chain_records(fields, tip, claim->epoch);  // chain.hpp: number and link a batch
///     auto result = log.append(claim->epoch, claim->next, records);
///     // Committed: durable, and in every later read, tail and barrier. Anything else: see AppendResult.
namespace almanac::log {

using events::Epoch;
using events::Hash;
using events::Position;
using events::Record;

/// I/O or the log itself failed. `what` names the place, `mend` the next step, both for an operator.
struct Failure {
  std::string what;
  std::string mend;
};

/// What a claim finds. The claimer's first record is its WriterClaimed; it carries `epoch` as `ce_epoch`.
struct Claim {
  /// Higher than the epoch of every record, so that two claims that appended something never share one.
  /// Whether a claim that appended nothing has a number of its own is the engine's to say: what fences it is
  /// the later claim itself, whatever the number. 0 if sealed.
  Epoch epoch = 0;
  Position next = 0;    ///< where the next record goes; 0 on an empty log
  Hash last{};          ///< hash of the last record; zeros on an empty log
  bool sealed = false;  ///< the last record is LogSealed: nothing was claimed, nothing can be appended
};

/// Durable and visible to every reader.
struct Committed {
  Position last = 0;
};
/// The batch does not continue the log: `expected` is not `next`, or the records are not numbered, linked and
/// of this log. Nothing was written.
struct Conflict {
  Position next = 0;
};
/// A later claim holds the log (or none was made here). Nothing was written.
struct Fenced {
  Epoch by = 0;  ///< 0 where that claim is not known here by a record yet
};
/// Nothing was written. Whether later may work is for `reason` to say: sealed and failed logs stay so.
struct Unavailable {
  std::string reason;
};
/// Cannot be told. The engine takes no more appends; after a new claim (on the embedded engine: after
/// opening again) the log itself tells.
struct Unknown {
  std::string reason;
};
/// Nothing was written.
struct TooLarge {
  std::size_t bytes_max = 0;
};
using AppendResult = std::variant<Committed, Conflict, Fenced, Unavailable, Unknown, TooLarge>;

struct Entry {
  Position position = 0;
  Record record;
};

/// What a tail hands out: records in order, or that its reader has everything that was committed.
struct Tailed {
  std::vector<Entry> entries;
  bool caught_up = false;  ///< behind these entries there was nothing more when they were read
};

/// A reader that goes on. Thread safety: `next` from one thread at a time, `wake` from any.
/// A tail must be gone before its log.
class Tail {
 public:
  virtual ~Tail() = default;
  /// Up to `limit` records, waiting at most `wait` for the first; woken by the commit itself. Arriving at the
  /// end is told once without waiting: no entries and `caught_up`. Failure is final for this tail.
  virtual tl::expected<Tailed, Failure> next(std::size_t limit, std::chrono::milliseconds wait) = 0;
  /// Ends the wait of the `next` that is running, or else of the coming one.
  virtual void wake() = 0;
};

/// Committed records by position. Thread safety: any thread, while a writer appends.
class Records {
 public:
  virtual ~Records() = default;
  /// Committed records from `from` on, dense, at most `limit`; empty at and past the end. A position that
  /// should be there and is not, or bytes that cannot be read, is a Failure that names it.
  virtual tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const = 0;
  /// The position behind the last committed record that is known here.
  virtual Position end() const = 0;
};

/// Thread safety: `claim`, `append` and `barrier` from one thread at a time; `read`, `end` and `tail` from
/// any.
class Log : public Records {
 public:
  /// Takes the log over: fences every earlier epoch, sees all that they committed.
  virtual tl::expected<Claim, Failure> claim() = 0;
  /// All or nothing, durable when `Committed`. The records must be numbered from `expected` on and linked
  /// (chain.hpp does both), with epochs that never go back; at least one.
  virtual AppendResult append(Epoch epoch, Position expected, std::span<const Record> records) = 0;
  virtual std::unique_ptr<Tail> tail(Position from) = 0;
  /// The next position, at or past everything acknowledged before the call, by whichever writer.
  virtual tl::expected<Position, Failure> barrier() = 0;
};

}  // namespace almanac::log
