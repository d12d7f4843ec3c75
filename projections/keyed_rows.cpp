#include "projections/keyed_rows.hpp"

#include <algorithm>
#include <functional>

namespace almanac::projections {
namespace {

constexpr std::size_t slots_at_first = 64;
/// More than a batch of usual size needs; what an unusual one took is given back.
constexpr std::size_t kept_rows_max = 16'384;
constexpr std::size_t kept_bytes_max = std::size_t{8} << 20;

}  // namespace

// Linear probing; rows are never taken out one by one.
std::size_t KeyedRows::slot_of(std::string_view key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(key)&mask;
  while (slots_[slot] != 0 && rows_[slots_[slot] - 1].key != key)
    slot = (slot + 1) & mask;
  return slot;
}

const KeyedRows::Row* KeyedRows::find(std::string_view key) const {
  if (used_ == 0) return nullptr;
  const std::uint32_t place = slots_[slot_of(key)];
  return place == 0 ? nullptr : &rows_[place - 1];
}

KeyedRows::Row& KeyedRows::at(std::string_view key) {
  if (slots_.size() < 2 * (used_ + 1)) grow();
  std::uint32_t& place = slots_[slot_of(key)];
  if (place == 0) {
    if (used_ == rows_.size()) rows_.emplace_back();
    rows_[used_].key.assign(key);
    place = static_cast<std::uint32_t>(++used_);
  }
  return rows_[place - 1];
}

void KeyedRows::grow() {
  slots_.assign(std::max(slots_at_first, 2 * slots_.size()), 0);
  for (std::size_t i = 0; i < used_; ++i)
    slots_[slot_of(rows_[i].key)] = static_cast<std::uint32_t>(i + 1);
}

void KeyedRows::clear() {
  if (used_ == 0) return;
  if (rows_.size() > kept_rows_max) {
    std::vector<Row>{}.swap(rows_);
    std::vector<std::uint32_t>{}.swap(slots_);
  }
  for (Row& row : rows_)
    if (row.value.capacity() > kept_bytes_max / 128) std::string{}.swap(row.value);
  std::fill(slots_.begin(), slots_.end(), 0);
  used_ = 0;
}

std::vector<const KeyedRows::Row*> KeyedRows::sorted() const {
  std::vector<const Row*> rows;
  rows.reserve(used_);
  for (std::size_t i = 0; i < used_; ++i)
    rows.push_back(&rows_[i]);
  const auto by_key = [](const Row* a, const Row* b) { return a->key < b->key; };
  if (!std::is_sorted(rows.begin(), rows.end(), by_key)) std::sort(rows.begin(), rows.end(), by_key);
  return rows;
}

void WrittenRows::add(std::string_view key, std::optional<std::string_view> value) {
  places_.push_back({bytes_.size(), key.size(), value ? value->size() : 0, !value});
  bytes_.append(key);
  if (value) bytes_.append(*value);
}

void WrittenRows::clear() {
  bytes_.clear();
  places_.clear();
  if (bytes_.capacity() > kept_bytes_max) std::string{}.swap(bytes_);
}

std::vector<WrittenRows::Change> WrittenRows::sorted() const {
  const std::string_view bytes = bytes_;
  std::vector<Change> changes;
  changes.reserve(places_.size());
  for (const Place& place : places_) {
    const auto value = bytes.substr(place.begin + place.key_size, place.value_size);
    changes.push_back({bytes.substr(place.begin, place.key_size),
                       place.erased ? std::nullopt : std::optional<std::string_view>(value)});
  }
  const auto by_key = [](const Change& a, const Change& b) { return a.key < b.key; };
  if (!std::is_sorted(changes.begin(), changes.end(), by_key))
    std::stable_sort(changes.begin(), changes.end(), by_key);
  const auto same_key = [](const Change& a, const Change& b) { return a.key == b.key; };
  changes.erase(changes.begin(), std::unique(changes.rbegin(), changes.rend(), same_key).base());
  return changes;
}

}  // namespace almanac::projections
