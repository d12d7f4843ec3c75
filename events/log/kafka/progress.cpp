#include "events/log/kafka/progress.hpp"

#include <algorithm>

namespace almanac::log::kafka {

void Progress::checked(const TopicFacts& topic) {
  const std::lock_guard lock(mutex_);
  standing_.topic = topic;
}

void Progress::found_place() {
  const std::lock_guard lock(mutex_);
  place_found_ = true;
  standing_.trouble.clear();
  changed_.notify_all();
}

void Progress::heard_witnesses(const std::optional<Loss>& accepted_loss) {
  const std::lock_guard lock(mutex_);
  witnesses_heard_ = true;
  standing_.accepted_loss = accepted_loss;
  changed_.notify_all();
}

void Progress::stored(const Chain& chain) {
  const std::lock_guard lock(mutex_);
  chain_ = chain;
  committed_.publish(chain.tip().next);
  changed_.notify_all();
}

void Progress::set_aside(const SetAside& more) {
  const std::lock_guard lock(mutex_);
  standing_.set_aside.foreign += more.foreign;
  standing_.set_aside.duplicates += more.duplicates;
  standing_.set_aside.altered += more.altered;
}

void Progress::saw(Offset offset) {
  const std::lock_guard lock(mutex_);
  seen_ = std::max(seen_, offset);
  if (told_ && seen_ >= told_->first) {
    note_end(told_->second);
    told_.reset();
  }
  changed_.notify_all();
}

void Progress::reached_end() {
  const std::lock_guard lock(mutex_);
  note_end(Clock::now());
}

void Progress::note_end(Clock::time_point at) {
  // Whatever it was: a quiet topic sends the tail nothing that would end it.
  standing_.trouble.clear();
  if (!witnesses_heard_) return;
  standing_.was_at_end = true;
  standing_.at_end_at = std::max(standing_.at_end_at.value_or(at), at);
}

void Progress::met(const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  standing_.trouble = trouble;
  changed_.notify_all();
}

void Progress::stopped(const Failure& failure) {
  const std::lock_guard lock(mutex_);
  standing_.stopped = failure;
  changed_.notify_all();
}

void Progress::note_copy_set_aside(const std::string& why) {
  const std::lock_guard lock(mutex_);
  standing_.copy_set_aside = why;
}

void Progress::told_end(Offset offset, Clock::time_point asked_at) {
  const std::lock_guard lock(mutex_);
  if (standing_.stopped) return;
  if (seen_ >= offset) {
    note_end(asked_at);
  } else if (!told_ || seen_ >= told_->first) {
    told_ = {offset, asked_at};
  }
}

Standing Progress::standing() const {
  const std::lock_guard lock(mutex_);
  return standing_;
}

Chain Progress::chain() const {
  const std::lock_guard lock(mutex_);
  return chain_;
}

void Progress::wait_for_first_word(Clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return place_found_ || standing_.stopped.has_value(); });
}

tl::expected<void, Failure> Progress::wait_for_offset(Offset offset, Clock::time_point deadline) const {
  return wait_until([&] { return witnesses_heard_ && seen_ >= offset && !standing_.stopped; }, deadline,
                    "the topic's end");
}

tl::expected<void, Failure> Progress::wait_for_position(Position position, Clock::time_point deadline) const {
  return wait_until([&] { return chain_.tip().next > position; }, deadline,
                    "position " + std::to_string(position));
}

tl::expected<void, Failure> Progress::wait_for_epoch_behind(Epoch epoch, Clock::time_point deadline) const {
  return wait_until([&] { return chain_.tip().epoch > epoch; }, deadline,
                    "a claim behind epoch " + std::to_string(epoch));
}

tl::expected<void, Failure> Progress::wait_until(const std::function<bool()>& there,
                                                 Clock::time_point deadline, const std::string& what) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return there() || standing_.stopped.has_value(); });
  if (there()) return {};
  if (standing_.stopped) return tl::unexpected(*standing_.stopped);
  return tl::unexpected(Failure{"this node has not read the topic up to " + what + ", but up to position " +
                                    std::to_string(chain_.tip().next) +
                                    (standing_.trouble.empty() ? std::string() : ": " + standing_.trouble),
                                "look whether the brokers run and can be reached from here"});
}

}  // namespace almanac::log::kafka
