#include "services/api/answers/answer_cache.hpp"

#include <algorithm>
#include <utility>

namespace almanac::api {
namespace {

constexpr std::size_t lately_max = 4096;

std::size_t bytes_of(std::string_view key, const AnswerCache::Entry& entry) {
  return key.size() + sizeof entry + entry.tag.size() + entry.headers->size() +
         entry.headers_unchanged->size() + entry.body->size() + 256;  // nodes, control blocks
}

}  // namespace

std::string_view AnswerCache::key(std::string_view organization, std::uint8_t scopes,
                                  std::string_view target) {
  key_.assign(organization);
  key_.push_back(' ');
  key_.push_back(static_cast<char>('0' + scopes));
  key_.append(target);
  return key_;
}

const AnswerCache::Entry* AnswerCache::find(std::string_view key, std::uint64_t generation,
                                            events::Instant now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const Entry& entry = found->second;
  const events::Instant t = std::max(now, entry.applied_time);
  if (entry.generation != generation || t < entry.from) return nullptr;
  if (entry.until && t >= *entry.until) return nullptr;
  return &entry;
}

bool AnswerCache::wants(std::string_view key) {
  if (lately_.empty() || entries_.contains(key)) return true;
  const std::size_t hash = Hash{}(key);
  return std::exchange(lately_[hash % lately_.size()], hash) == hash;
}

void AnswerCache::keep(std::string_view key, Entry entry) {
  const std::size_t bytes = bytes_of(key, entry);
  if (bytes > bytes_max_ / 16) return;
  if (const auto old = entries_.find(key); old != entries_.end()) {
    bytes_ -= bytes_of(key, old->second);
    bytes_ += bytes;
    old->second = std::move(entry);
    return;
  }
  if (bytes_ + bytes > bytes_max_) {
    entries_.clear();
    bytes_ = 0;
    lately_.resize(lately_max);
  }
  bytes_ += bytes;
  entries_.emplace(key, std::move(entry));
}

}  // namespace almanac::api
