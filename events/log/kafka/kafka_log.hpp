#pragma once
#include <memory>
#include <string>

#include "events/log/kafka/options.hpp"
#include "events/log/kafka/standing.hpp"
#include "events/log/log.hpp"

/// The log of several machines: one topic of one partition, from which each node keeps a copy of the records.
///
///     append:  transaction -> topic -> the own tail -> copy -> Committed
///     read:    copy                    (the brokers are never asked)
///     barrier: the last stable offset, then wait until the own tail is there
///
/// **Why no claim needs a number of its own here.** An epoch is one higher than that of the last record, so
/// two claims of which the first appended nothing have the same. That is safe: what keeps the first from
/// appending is not its number but the transactional id, which the second took from it, and Kafka makes every
/// later transaction of the first come to nothing. The second reads to the end only after that, so had the
/// first committed anything, the second's epoch would be higher. In the log an epoch therefore still names
/// one claim.
namespace almanac::log::kafka {

class KafkaLog final : public Log {
 public:
  /// Opens the copy and asks for the brokers, waiting for their first word for `open_wait` at most. A topic
  /// that cannot be this log is refused. When nobody answers the log is there all the same: it reads what the
  /// copy holds, and goes on by itself when they do; `standing` tells.
  static tl::expected<std::unique_ptr<KafkaLog>, Failure> open(const Options& options);
  ~KafkaLog() override;

  /// Waits for the brokers for `claim_wait`. What was in doubt is settled when it returns.
  tl::expected<Claim, Failure> claim() override;
  /// Unavailable and Unknown last until the next claim.
  AppendResult append(Epoch epoch, Position expected, std::span<const Record> records) override;
  tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const override;
  Position end() const override;
  std::unique_ptr<Tail> tail(Position from) override;
  /// Asks the brokers; a Failure when they do not answer in `barrier_wait`. Never from an I/O thread.
  tl::expected<Position, Failure> barrier() override;

  /// Any thread.
  Standing standing() const;
  /// The id in force: of the last record's `ce_source`; empty on an empty log. Any thread.
  std::string log_id() const;

 private:
  struct Parts;
  explicit KafkaLog(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::log::kafka
