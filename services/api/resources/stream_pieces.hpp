#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "events/log/log.hpp"

namespace almanac::api {

/// Frames of the same events for the same audience.
struct StreamPiece {
  log::Position from = 0, end = 0;  ///< of the records looked at: [from, end)
  std::string audience;             ///< see EventTeller::audience
  std::string bytes;                ///< empty where there was nothing to tell
  std::string id;                   ///< of the last record looked at
};

/// The latest pieces that streams were given. All that wait for the next event are told the same, and
/// reading, hashing and rendering it is half of what a frame costs: the first stream of an audience does it
/// for the others. A record never changes, so neither does a piece. Any thread.
class StreamPieces {
 public:
  std::shared_ptr<const StreamPiece> find(log::Position from, log::Position end,
                                          std::string_view audience) const;
  /// Large ones are not kept: a few readers far behind must not cost the memory of all.
  void keep(StreamPiece piece);

  static constexpr std::size_t piece_bytes_max = std::size_t{64} << 10;

 private:
  mutable std::mutex mutex_;
  std::array<std::shared_ptr<const StreamPiece>, 64> latest_;  // 4 MiB of frames at most
  std::size_t oldest_ = 0;
};

}  // namespace almanac::api
