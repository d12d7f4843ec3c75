#include "services/api/resources/stream_pieces.hpp"

#include <utility>

namespace almanac::api {

std::shared_ptr<const StreamPiece> StreamPieces::find(log::Position from, log::Position end,
                                                      std::string_view audience) const {
  const std::lock_guard lock(mutex_);
  for (const auto& piece : latest_)
    if (piece && piece->from == from && piece->end == end && piece->audience == audience) return piece;
  return nullptr;
}

void StreamPieces::keep(StreamPiece piece) {
  if (piece.bytes.size() > piece_bytes_max) return;
  auto kept = std::make_shared<const StreamPiece>(std::move(piece));
  const std::lock_guard lock(mutex_);
  std::swap(latest_[oldest_], kept);  // what was there goes outside the lock
  oldest_ = (oldest_ + 1) % latest_.size();
}

}  // namespace almanac::api
