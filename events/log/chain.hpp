#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/log.hpp"

/// The hash chain: how a writer numbers and links a batch, and how every reader of a log (a fold, an import,
/// `verify`) judges what it is given. Pure: no I/O, no clock, no thread.
namespace almanac::log {

/// Where a chain ends: what the next record must fit.
struct Tip {
  Position next = 0;
  Epoch epoch = 0;  ///< of the last record
  Hash last{};      ///< of the last record; zeros at the beginning
};

/// The tip behind a record that is known to be good; nullopt for a foreign one.
std::optional<Tip> tip_behind(const Record& record);

/// Adds `ce_sequence`, `ce_epoch` and `ce_prevhash` to each (which must have none of them) and seals them, in
/// order, from `tip` on.
std::vector<Record> chain_records(std::vector<events::RecordFields> batch, Tip tip, Epoch epoch);

enum class Verdict : std::uint8_t {
  fold,               ///< the next record
  duplicate,          ///< seen before, the same: set aside and count
  altered_duplicate,  ///< a position seen before with other bytes: set aside, count, and raise an alarm
  foreign,            ///< no valid envelope: set aside and count; the position does not move
  gap,                ///< a later position: stop here
  broken,             ///< another hash, an older epoch or another log's record: stop here
};

struct Judgement {
  Verdict verdict = Verdict::fold;
  std::string detail;  ///< for an operator; empty with `fold` and `duplicate`
};

/// A reader's place in a log. One thread.
class Chain {
 public:
  /// The hash of an earlier position, if it is still known: tells a duplicate from an altered one.
  using HashAt = std::function<std::optional<Hash>(Position)>;

  explicit Chain(Tip tip = {}, HashAt hash_at = {}) : tip_(tip), hash_at_(std::move(hash_at)) {}

  /// Judges a record; only `fold` moves the tip. All records of a log have the `ce_source` of the one before
  /// (a chain that begins later takes that of its first), but for the claim of a copy: see `gives_new_id`.
  Judgement take(const Record& record);

  const Tip& tip() const { return tip_; }
  /// In force behind the last record that was folded.
  const std::string& source() const { return source_; }

 private:
  Judgement judge_earlier(const Record& record, Position position) const;

  Tip tip_;
  std::string source_;
  HashAt hash_at_;
};

/// The log's id out of a record's `ce_source` (`/almanac/<log id>`); empty if it has none.
std::string_view log_id_of(std::string_view canonical_bytes);

// The two records whose meaning a log knows, and it knows them by name.

/// Whether a record is a LogSealed.
bool is_seal(std::string_view canonical_bytes);

/// Whether a record is the WriterClaimed of a copy: its `logId` is the id in its own `ce_source`. In an epoch
/// higher than all before it may have another `ce_source` than they, which is the log's from there on.
bool gives_new_id(std::string_view canonical_bytes);

}  // namespace almanac::log
