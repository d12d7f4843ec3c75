#pragma once
#include <memory>
#include <string>

#include "events/log/kafka/options.hpp"
#include "events/log/kafka/standing.hpp"
#include "events/log/kafka/topic_fault.hpp"
#include "events/log/source.hpp"

namespace almanac::log::kafka {

/// What a topic holds, read once from its beginning to the end that it had when this was opened (its last
/// stable offset), for a proof or an export. Keeps no copy, only the hashes, which tell a duplicate from an
/// altered one. What moves no position is set aside and counted; a gap or a break is handed out as it is, for
/// the reader to judge. One thread.
class TopicSource final : public BoundedSource {
 public:
  /// Refuses a topic that cannot be a log. Waits for the brokers for `open_wait` at most.
  static tl::expected<std::unique_ptr<TopicSource>, TopicFault> open(const Options& options);
  ~TopicSource() override;

  tl::expected<std::optional<Entry>, Failure> next() override;
  /// Reads all of it to know, and begins again: what does not verify is a Failure here.
  tl::expected<std::string, Failure> log_id() override;

  const SetAside& set_aside() const;
  /// `next` has failed because the brokers were silent, which says nothing of the log.
  bool out_of_reach() const;

 private:
  struct Parts;
  explicit TopicSource(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::log::kafka
