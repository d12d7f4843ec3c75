#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "events/log/chain.hpp"
#include "events/log/commit_signal.hpp"
#include "events/log/kafka/offsets.hpp"
#include "events/log/kafka/standing.hpp"

/// How far the tail has come, for all who wait for it. Thread safety: the tail's thread tells, any asks.
namespace almanac::log::kafka {

class Progress {
 public:
  explicit Progress(const Chain& chain) : committed_(chain.tip().next), chain_(chain) {}

  // What the tail tells:

  void checked(const TopicFacts& topic);
  /// The topic is the one that the copy is of, or the copy is empty.
  void found_place();
  /// Those who remember the log found theirs in it. Nothing is waited for successfully before that.
  void heard_witnesses(const std::optional<Loss>& accepted_loss);
  /// Records were stored up to the end of this chain.
  void stored(const Chain& chain);
  void set_aside(const SetAside& more);
  /// Everything below `offset` was read and stored.
  void saw(Offset offset);
  /// There was nothing behind it.
  void reached_end();
  void met(const std::string& trouble);
  void stopped(const Failure& failure);
  void note_copy_set_aside(const std::string& why);

  /// Who asked the brokers at `asked_at` was told that the topic ends at `offset`.
  void told_end(Offset offset, Clock::time_point asked_at);

  // What others ask:

  CommitSignal& committed() { return committed_; }
  Standing standing() const;
  Chain chain() const;

  /// Until the topic was judged and the place found in it; returns then, or when the time is up.
  void wait_for_first_word(Clock::time_point deadline) const;
  /// Until everything below `offset` was read. A Failure says what stands in the way.
  tl::expected<void, Failure> wait_for_offset(Offset offset, Clock::time_point deadline) const;
  /// Until the record at `position` was stored.
  tl::expected<void, Failure> wait_for_position(Position position, Clock::time_point deadline) const;
  /// Until a record of a later epoch was stored.
  tl::expected<void, Failure> wait_for_epoch_behind(Epoch epoch, Clock::time_point deadline) const;

 private:
  void note_end(Clock::time_point at);
  tl::expected<void, Failure> wait_until(const std::function<bool()>& there, Clock::time_point deadline,
                                         const std::string& what) const;

  CommitSignal committed_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Standing standing_;
  Chain chain_;
  Offset seen_ = 0;
  bool place_found_ = false;
  bool witnesses_heard_ = false;
  std::optional<std::pair<Offset, Clock::time_point>> told_;  // not reached yet
};

}  // namespace almanac::log::kafka
