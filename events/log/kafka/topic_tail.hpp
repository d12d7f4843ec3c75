#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "events/log/kafka/copy.hpp"
#include "events/log/kafka/progress.hpp"

/// The one reader of the topic: a thread that judges every message, stores the records in the copy, and tells
/// the progress. It comes back to the brokers for as long as they can be expected to come back.
namespace almanac::log::kafka {

/// How the tail's time with the brokers ended.
struct Ended {
  enum class Next : std::uint8_t {
    again,   ///< come back to them
    stop,    ///< nothing will change before an operator did something
    reread,  ///< nothing will change before the copy is read anew, for which it was noted
  };
  Next next = Next::again;
  Failure failure;
};

class TopicTail {
 public:
  /// Begins at once. All that is passed must outlive this.
  TopicTail(const Options& options, const Handle& asker, Copy& copy, Progress& progress);
  TopicTail(const TopicTail&) = delete;
  TopicTail& operator=(const TopicTail&) = delete;
  ~TopicTail();

  /// Whether it stopped because the copy has to be read anew. Any thread.
  bool wants_reread() const { return wants_reread_; }

 private:
  /// What was judged and is not stored yet.
  struct Batch {
    Chain chain;
    std::vector<Record> records;
    std::size_t bytes = 0;
    Offset last_record = 0;
    Offset behind = 0;  // the last message
    SetAside set_aside;
  };

  void run();
  Ended read_the_topic();
  Ended follow(const Handle& reader, rd_kafka_queue_t& messages);
  tl::expected<void, Ended> take(const rd_kafka_message_t& message, Batch& batch);
  tl::expected<void, Ended> judge(const rd_kafka_message_t& message, Batch& batch);
  tl::expected<void, Ended> store(Batch& batch);
  tl::expected<void, Ended> arrive(Offset offset);
  tl::expected<void, Ended> hear_witnesses();
  tl::expected<void, Ended> find_place(const rd_kafka_message_t& message);
  Ended lost_place(const std::string& what);
  void pause() const;

  const Options& options_;
  const Handle& asker_;
  Copy& copy_;
  Progress& progress_;

  bool resuming_ = false;  // the copy's last record is to come first
  bool witnesses_heard_ = false;
  int places_lost_ = 0;
  Offset counted_ = 0;  // set aside before that offset was counted
  std::atomic<bool> wants_reread_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace almanac::log::kafka
