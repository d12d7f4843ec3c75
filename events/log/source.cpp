#include "events/log/source.hpp"

#include <algorithm>

#include "events/log/chain.hpp"

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

tl::expected<std::string, Failure> RecordsSource::log_id() {
  return end_ == 0 ? std::string() : log_id_at(records_, end_ - 1);
}

tl::expected<std::string, Failure> log_id_at(const Records& records, Position position) {
  const Position end = records.end();
  if (end == 0) return std::string();
  const auto there = records.read(std::min(position, end - 1), 1);
  if (!there) return tl::unexpected(there.error());
  return std::string(log_id_of(there->front().record.bytes));
}

}  // namespace almanac::log
