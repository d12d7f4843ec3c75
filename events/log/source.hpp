#pragma once
#include <optional>
#include <string>

#include "events/log/log.hpp"

namespace almanac::log {

/// Records in the order of a log, from its beginning, wherever they come from: a directory, an export, a
/// topic, a URL. What it hands out is as found; judging is the reader's. One thread.
class Source {
 public:
  virtual ~Source() = default;
  /// nullopt behind the last record of a source that is complete.
  virtual tl::expected<std::optional<Entry>, Failure> next() = 0;
};

/// A source that knows where it ends before it is walked.
class BoundedSource : public Source {
 public:
  /// The log's id at that end; empty on an empty log. Before the first `next`.
  virtual tl::expected<std::string, Failure> log_id() = 0;
};

/// All that `records` holds, up to the end that it had when this was made.
class RecordsSource final : public BoundedSource {
 public:
  explicit RecordsSource(const Records& records) : records_(records), end_(records.end()) {}
  tl::expected<std::optional<Entry>, Failure> next() override;
  tl::expected<std::string, Failure> log_id() override;

 private:
  const Records& records_;
  Position end_;
  Position next_ = 0;
  std::vector<Entry> read_;
  std::size_t given_ = 0;
};

/// The log's id as of a position, or of the last record where there is none: a copy has its original's up to
/// its own first claim. Empty on an empty log.
tl::expected<std::string, Failure> log_id_at(const Records& records, Position position);

}  // namespace almanac::log
