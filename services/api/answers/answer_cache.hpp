#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/instant.hpp"

namespace almanac::api {

struct Route;

/// Answers as they went out, of one I/O thread: no locks; only `bytes` may be asked from others. An entry is
/// good while nothing was committed since (the projector's generation) and the clock has not reached an
/// instant that changes it. Bounded: when it is full it starts again, and from then on takes only what was
/// asked for twice within a while: requests in no order would else do nothing but fill it.
class AnswerCache {
 public:
  struct Entry {
    const Route* route = nullptr;
    std::uint64_t generation = 0;
    events::Instant applied_time;          ///< of the last event that it was made at
    events::Instant from;                  ///< clock of the answer
    std::optional<events::Instant> until;  ///< exclusive
    std::string tag;
    std::shared_ptr<const std::string> headers;            ///< of the 200, position included
    std::shared_ptr<const std::string> headers_unchanged;  ///< of the 304
    std::shared_ptr<const std::string> body;
  };

  explicit AnswerCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Who may see an answer is part of its key: the organisation and what the token allows.
  std::string_view key(std::string_view organization, std::uint8_t scopes, std::string_view target);
  const Entry* find(std::string_view key, std::uint64_t generation, events::Instant now) const;
  /// Whether an answer that was just made is worth keeping. Remembers that it was asked for.
  bool wants(std::string_view key);
  void keep(std::string_view key, Entry entry);

  std::size_t size() const { return entries_.size(); }
  /// Any thread.
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::size_t bytes_max_;
  std::atomic<std::size_t> bytes_{0};  // written by its thread alone
  std::string key_;                    // the last one asked for; kept for its memory
  std::vector<std::size_t> lately_;  // hashes of keys that were not kept, by their last bits; empty: all are
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace almanac::api
