#pragma once
#include <array>
#include <cstddef>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/rows.hpp"

namespace almanac::projections {

/// Rows on top of others that nobody else sees yet: the writer's layer, and how folded rows reach the store.
/// One thread at a time.
class Layer : public MutableRows {
 public:
  virtual void clear() = 0;
  /// What differs from the rows below, family by family in key order; nullopt: erased.
  virtual void each(const std::function<void(Family family, std::string_view key,
                                             std::optional<std::string_view> value)>& visit) const = 0;
  /// The same of one family.
  virtual void each_of(Family family,
                       const std::function<void(std::string_view key, std::optional<std::string_view> value)>&
                           visit) const = 0;
};

/// The layer over any rows: the store's, or another layer (a dry run on top of a batch). `below` must outlive
/// it, and change only by what this layer held.
class Pending final : public Layer {
 public:
  explicit Pending(const Rows& below);
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  std::optional<std::string> get(Family family, std::string_view key) const override;
  void scan(Family family, std::string_view from, const Visit& visit) const override;
  void scan_back(Family family, std::string_view from, const Visit& visit) const override;
  void put(Family family, std::string_view key, std::string_view value) override;
  void erase(Family family, std::string_view key) override;
  void clear() override;
  void each(const std::function<void(Family, std::string_view, std::optional<std::string_view>)>& visit)
      const override;
  void each_of(
      Family family,
      const std::function<void(std::string_view, std::optional<std::string_view>)>& visit) const override;

 private:
  // Keys and values live in the arena until `clear`: no allocation of their own, none given back before.
  using Changes = std::pmr::map<std::string_view, std::optional<std::string_view>>;
  std::string_view kept(std::string_view bytes);
  void set(Family family, std::string_view key, std::optional<std::string_view> value);
  const Changes& of(Family family) const { return changes_[static_cast<std::size_t>(family)]; }

  const Rows& below_;
  std::vector<std::byte> first_block_;
  std::pmr::monotonic_buffer_resource arena_;
  std::vector<Changes> changes_;  ///< one a family
};

/// No rows at all: what a layer stands on before anything was folded.
class NoRows final : public Rows {
 public:
  std::optional<std::string> get(Family, std::string_view) const override { return std::nullopt; }
  void scan(Family, std::string_view, const Visit&) const override {}
  void scan_back(Family, std::string_view, const Visit&) const override {}
};

}  // namespace almanac::projections
