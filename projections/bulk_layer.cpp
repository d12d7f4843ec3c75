#include "projections/bulk_layer.hpp"

#include <stdexcept>

namespace almanac::projections {
namespace {

enum class Use : std::uint8_t { ordered, looked_up, written };

/// How folds use a family. The few rows of the other families may as well stay in order.
Use use_of(Family family) {
  switch (family) {
    case Family::models:
    case Family::child_counts:
    case Family::times:
    case Family::idempotency:
    case Family::meta:
      return Use::looked_up;
    case Family::by_organization:
    case Family::children:
    case Family::history:
      return Use::written;
    default:
      return Use::ordered;
  }
}

std::size_t place_of(Family family) {
  return static_cast<std::size_t>(family);
}

[[noreturn]] void refuse(Family family, const char* doing) {
  throw std::logic_error("a fold " + std::string(doing) + " the family " + std::string(name_of(family)) +
                         ", which its layer only writes");
}

}  // namespace

BulkLayer::BulkLayer(const Rows& below) : ordered_(below_) {
  below_.rows = &below;
}

std::optional<std::string> BulkLayer::get(Family family, std::string_view key) const {
  const Use use = use_of(family);
  if (use == Use::ordered) return ordered_.get(family, key);
  if (use == Use::written) refuse(family, "looks into");
  const KeyedRows::Row* row = looked_up_[place_of(family)].find(key);
  if (row == nullptr) return below_.get(family, key);
  if (row->erased) return std::nullopt;
  return row->value;
}

void BulkLayer::scan(Family family, std::string_view from, const Visit& visit) const {
  if (use_of(family) != Use::ordered) refuse(family, "scans");
  ordered_.scan(family, from, visit);
}

void BulkLayer::scan_back(Family family, std::string_view from, const Visit& visit) const {
  if (use_of(family) != Use::ordered) refuse(family, "scans");
  ordered_.scan_back(family, from, visit);
}

void BulkLayer::put(Family family, std::string_view key, std::string_view value) {
  switch (use_of(family)) {
    case Use::ordered:
      return ordered_.put(family, key, value);
    case Use::written:
      return written_[place_of(family)].add(key, value);
    case Use::looked_up:
      KeyedRows::Row& row = looked_up_[place_of(family)].at(key);
      row.value.assign(value);
      row.erased = false;
  }
}

void BulkLayer::erase(Family family, std::string_view key) {
  switch (use_of(family)) {
    case Use::ordered:
      return ordered_.erase(family, key);
    case Use::written:
      return written_[place_of(family)].add(key, std::nullopt);
    case Use::looked_up:
      looked_up_[place_of(family)].at(key).erased = true;
  }
}

void BulkLayer::clear() {
  ordered_.clear();
  for (KeyedRows& rows : looked_up_)
    rows.clear();
  for (WrittenRows& rows : written_)
    rows.clear();
}

void BulkLayer::each_of(
    Family family,
    const std::function<void(std::string_view, std::optional<std::string_view>)>& visit) const {
  switch (use_of(family)) {
    case Use::ordered:
      return ordered_.each_of(family, visit);
    case Use::written:
      for (const auto& [key, value] : written_[place_of(family)].sorted())
        visit(key, value);
      return;
    case Use::looked_up:
      for (const KeyedRows::Row* row : looked_up_[place_of(family)].sorted())
        visit(row->key, row->erased ? std::nullopt : std::optional<std::string_view>(row->value));
  }
}

void BulkLayer::each(
    const std::function<void(Family, std::string_view, std::optional<std::string_view>)>& visit) const {
  for (std::size_t i = 0; i < families; ++i) {
    const auto family = static_cast<Family>(i);
    each_of(family,
            [&](std::string_view key, std::optional<std::string_view> value) { visit(family, key, value); });
  }
}

}  // namespace almanac::projections
