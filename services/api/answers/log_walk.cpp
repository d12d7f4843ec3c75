#include "services/api/answers/log_walk.hpp"

#include <algorithm>

namespace almanac::api {
namespace {

constexpr log::Position block_max = 64;

}  // namespace

tl::expected<const log::Entry*, log::Failure> LogWalk::next(log::Position end) {
  if (chosen_) return next_chosen(end);
  if (at_ == block_.size()) {
    block_.clear();
    at_ = 0;
    if (next_ >= end) {
      block_.shrink_to_fit();  // a stream may wait here for hours
      return nullptr;
    }
    auto read = records_.read(next_, static_cast<std::size_t>(std::min(block_max, end - next_)));
    if (!read) return tl::unexpected(read.error());
    if (read->empty()) return nullptr;
    block_ = std::move(*read);
    next_ += block_.size();
  }
  return &block_[at_++];
}

void LogWalk::go_to(log::Position position) {
  block_.clear();
  at_ = 0;
  next_ = position;
}

tl::expected<const log::Entry*, log::Failure> LogWalk::next_chosen(log::Position end) {
  if (chosen_at_ == chosen_->size() || (*chosen_)[chosen_at_] >= end) return nullptr;
  auto read = records_.read((*chosen_)[chosen_at_++], 1);
  if (!read) return tl::unexpected(read.error());
  if (read->empty()) return nullptr;
  block_ = std::move(*read);
  return &block_.front();
}

}  // namespace almanac::api
