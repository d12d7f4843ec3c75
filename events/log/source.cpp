#include "events/log/source.hpp"

#include <algorithm>

namespace almanac::log {

tl::expected<std::optional<Entry>, Failure> RecordsSource::next() {
  // Small enough that a log of large records is walked in little memory.
  constexpr std::size_t read_at_once = 512;
  if (given_ == read_.size()) {
    if (next_ >= end_) return std::nullopt;
    auto more = records_.read(next_, std::min<std::size_t>(read_at_once, end_ - next_));
    if (!more) return tl::unexpected(more.error());
    if (more->empty()) {
      return tl::unexpected(Failure{"the log ends before position " + std::to_string(end_), "read it again"});
    }
    read_ = std::move(*more);
    given_ = 0;
  }
  ++next_;
  return std::move(read_[given_++]);
}

}  // namespace almanac::log
