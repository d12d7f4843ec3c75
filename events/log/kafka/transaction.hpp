#pragma once
#include <memory>
#include <span>
#include <string>

#include "events/log/kafka/handle.hpp"

/// A batch as one transaction of a producer that has the log's transactional id for itself until another
/// takes it. One thread.
namespace almanac::log::kafka {

/// What became of a batch. After anything but `committed` this producer is of no more use.
struct TransactionEnd {
  enum class How : std::uint8_t {
    committed,      ///< the brokers said so; its markers may still be on their way into the partition
    fenced,         ///< before it could be committed: another has the transactional id
    not_committed,  ///< it was never asked for, so it never will be
    in_doubt,       ///< it was asked for, and the answer did not come or does not tell
    overtaken,      ///< in doubt, and another has the transactional id by now: the log will tell
  };
  How how = How::committed;
  std::string why;
};

class Producer {
 public:
  /// Takes the transactional id: whoever had it is fenced, and what it left open is finished one way or the
  /// other before this returns.
  static tl::expected<std::unique_ptr<Producer>, Failure> claim(
      const Options& options, std::chrono::steady_clock::time_point deadline);
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  /// Drops whatever is not delivered within a moment, and leaves an open transaction to the next claim:
  /// aborting it here would be guessing.
  ~Producer();

  TransactionEnd commit(std::span<const Record> records, std::chrono::steady_clock::time_point deadline);

  /// The same in parts, for a batch that is not in memory at once; `committed` says that the part went well.
  /// `add` waits while too much is under way.
  TransactionEnd begin();
  TransactionEnd add(const Record& record, std::chrono::steady_clock::time_point deadline);
  TransactionEnd finish(std::chrono::steady_clock::time_point deadline);

 private:
  Producer() = default;
  static void delivered(rd_kafka_t* kafka, const rd_kafka_message_t* message, void* producer);
  rd_kafka_resp_err_t produce(const Record& record);
  rd_kafka_resp_err_t fatal() const;
  bool fenced_by(rd_kafka_resp_err_t error) const;
  TransactionEnd given_up(rd_kafka_resp_err_t error, const std::string& doing) const;

  TransactionEnd await_reports(std::size_t under_way, std::chrono::steady_clock::time_point deadline);

  std::unique_ptr<Handle> handle_;
  std::size_t sent_ = 0;                                     // records of the transaction
  std::size_t reports_ = 0;                                  // of deliveries, good or bad, that are in
  rd_kafka_resp_err_t failed_ = RD_KAFKA_RESP_ERR_NO_ERROR;  // the first bad one
};

}  // namespace almanac::log::kafka
