#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "events/log/kafka/options.hpp"

namespace almanac::log::kafka {

/// One of those who would write: a member of a consumer group that is assigned the topic's partition and
/// never reads from it. What the group says is a hint that keeps nodes from claiming the log from each other
/// without need; who may append is decided by the claim alone.
///
/// The group's range assignor gives the partition to the first by name, so that all agree whatever order they
/// came in. A node that leaves says so and is replaced at once; one that is killed, hangs or is cut off,
/// after `session`.
class Candidate {
 public:
  /// How long the group keeps a member that it does not hear: the least that brokers allow unless told
  /// otherwise.
  static constexpr std::chrono::milliseconds session{6'000};

  struct Hint {
    bool chosen = false;      ///< by the group's latest word
    std::uint64_t words = 0;  ///< how often the group has spoken
    bool operator==(const Hint&) const = default;
  };

  /// Joins `group` as `name` in the background, and again whenever it is lost.
  static tl::expected<std::unique_ptr<Candidate>, Failure> open(const Options& options,
                                                                const std::string& group,
                                                                const std::string& name);
  /// Leaves the group.
  ~Candidate();
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  /// Any thread.
  Hint hint() const;

 private:
  struct Parts;
  explicit Candidate(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace almanac::log::kafka
