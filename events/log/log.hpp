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
/// There is no truncate and no delete. Every engine passes tests/log/contract.
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

struct Claim {
  Epoch epoch = 0;
  Position next = 0;  ///< where the next record goes; 0 on an empty log
  Hash last{};        ///< hash of the last record; zeros on an empty log
  bool sealed = false;
};

struct Committed {
  Position last = 0;
};
struct Conflict {
  Position next = 0;
};  ///< `expected` was not the next position; nothing was written
struct Fenced {
  Epoch by = 0;
};  ///< a later claim holds the log; nothing was written
struct Unavailable {
  std::string reason;
};  ///< nothing was written, later may work
struct Unknown {
  std::string reason;
};  ///< cannot be told; read the log after a new claim
struct TooLarge {
  std::size_t bytes_max = 0;
};  ///< nothing was written
using AppendResult = std::variant<Committed, Conflict, Fenced, Unavailable, Unknown, TooLarge>;

struct Entry {
  Position position = 0;
  Record record;
};

/// What a tail hands out: records in order, or that its reader has everything that was committed.
struct Tailed {
  std::vector<Entry> entries;
  bool caught_up = false;
};

class Tail {
 public:
  virtual ~Tail() = default;
  /// Up to `limit` records, waiting at most `wait` for the first. Failure is final for this tail.
  virtual tl::expected<Tailed, Failure> next(std::size_t limit, std::chrono::milliseconds wait) = 0;
};

/// Thread safety: `claim`, `append` and `barrier` from one thread at a time; `read` and `tail` from any.
class Log {
 public:
  virtual ~Log() = default;
  /// Takes the log over: fences every earlier epoch, sees all that they committed.
  virtual tl::expected<Claim, Failure> claim() = 0;
  /// All or nothing, durable when `Committed`. The records must be numbered from `expected` on and chained.
  virtual AppendResult append(Epoch epoch, Position expected, std::span<const Record> records) = 0;
  /// Committed records from `from` on, at most `limit`; empty past the end.
  virtual tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const = 0;
  virtual std::unique_ptr<Tail> tail(Position from) = 0;
  /// The next position, at or past everything acknowledged before the call.
  virtual tl::expected<Position, Failure> barrier() = 0;
};

}  // namespace almanac::log
