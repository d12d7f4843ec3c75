#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>

#include "projections/rows.hpp"

namespace almanac::writer {

/// Changes on top of rows that stay as they are: what a dry run folds into and throws away. One thread.
class Overlay final : public projections::MutableRows {
 public:
  explicit Overlay(const projections::Rows& under) : under_(under) {}

  std::optional<std::string> get(projections::Family family, std::string_view key) const override;
  void scan(projections::Family family, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  void scan_back(projections::Family family, std::string_view from,
                 const std::function<bool(std::string_view, std::string_view)>& visit) const;
  void put(projections::Family family, std::string_view key, std::string_view value) override;
  void erase(projections::Family family, std::string_view key) override;

 private:
  /// nullopt: erased.
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;
  const Changes& changes(projections::Family family) const {
    return changes_[static_cast<std::size_t>(family)];
  }

  const projections::Rows& under_;
  std::array<Changes, projections::families> changes_;
};

}  // namespace almanac::writer
