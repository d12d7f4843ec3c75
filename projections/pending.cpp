#include "projections/pending.hpp"

#include <algorithm>
#include <cstring>

namespace almanac::projections {
namespace {

constexpr std::size_t first_block_bytes = std::size_t{256} << 10;

// Merges two ordered sequences: the rows below, and [next, end) of what lies on top of them.
template <class Iterator, class Before>
class Merge {
 public:
  Merge(Iterator next, Iterator end, Before before, const Visit& visit)
      : next_(next), end_(end), before_(before), visit_(visit) {}

  bool below(std::string_view key, std::string_view value) {
    while (going_ && next_ != end_ && before_(next_->first, key))
      on_top();
    if (!going_) return false;
    if (next_ != end_ && next_->first == key) return on_top();
    return going_ = visit_(key, value);
  }
  void finish() {
    while (going_ && next_ != end_)
      on_top();
  }

 private:
  bool on_top() {
    const auto& [key, value] = *next_;
    if (value) going_ = visit_(key, *value);
    ++next_;
    return going_;
  }

  Iterator next_;
  Iterator end_;
  Before before_;
  const Visit& visit_;
  bool going_ = true;
};

}  // namespace

Pending::Pending(const Rows& below)
    : below_(below), first_block_(first_block_bytes), arena_(first_block_.data(), first_block_.size()) {
  changes_.reserve(families);
  for (std::size_t i = 0; i < families; ++i)
    changes_.emplace_back(&arena_);
}

std::optional<std::string> Pending::get(Family family, std::string_view key) const {
  const Changes& changes = of(family);
  const auto found = changes.find(key);
  if (found == changes.end()) return below_.get(family, key);
  if (!found->second) return std::nullopt;
  return std::string(*found->second);
}

void Pending::scan(Family family, std::string_view from, const Visit& visit) const {
  const Changes& changes = of(family);
  Merge merge(changes.lower_bound(from), changes.end(), std::less<std::string_view>(), visit);
  below_.scan(family, from,
              [&merge](std::string_view key, std::string_view value) { return merge.below(key, value); });
  merge.finish();
}

void Pending::scan_back(Family family, std::string_view from, const Visit& visit) const {
  const Changes& changes = of(family);
  Merge merge(std::make_reverse_iterator(changes.upper_bound(from)), changes.rend(),
              std::greater<std::string_view>(), visit);
  below_.scan_back(family, from, [&merge](std::string_view key, std::string_view value) {
    return merge.below(key, value);
  });
  merge.finish();
}

std::string_view Pending::kept(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* to = static_cast<char*>(arena_.allocate(bytes.size(), 1));
  std::memcpy(to, bytes.data(), bytes.size());
  return {to, bytes.size()};
}

void Pending::set(Family family, std::string_view key, std::optional<std::string_view> value) {
  Changes& changes = changes_[static_cast<std::size_t>(family)];
  // Ids and times mostly grow: behind the last one needs no search.
  const bool last = changes.empty() || changes.rbegin()->first < key;
  const auto at = last ? changes.end() : changes.lower_bound(key);
  if (at != changes.end() && at->first == key)
    at->second = value;
  else
    changes.emplace_hint(at, kept(key), value);
}

void Pending::put(Family family, std::string_view key, std::string_view value) {
  set(family, key, kept(value));
}
void Pending::erase(Family family, std::string_view key) {
  set(family, key, std::nullopt);
}

void Pending::clear() {
  for (Changes& changes : changes_)
    changes.clear();
  arena_.release();
}

void Pending::each_of(
    Family family,
    const std::function<void(std::string_view, std::optional<std::string_view>)>& visit) const {
  for (const auto& [key, value] : of(family))
    visit(key, value);
}

void Pending::each(
    const std::function<void(Family, std::string_view, std::optional<std::string_view>)>& visit) const {
  for (std::size_t i = 0; i < families; ++i)
    for (const auto& [key, value] : changes_[i])
      visit(static_cast<Family>(i), key, value);
}

}  // namespace almanac::projections
