#pragma once
#include "projections/keyed_rows.hpp"
#include "projections/pending.hpp"

namespace almanac::projections {

/// The layer of a long fold. It knows what folds read: rows that they look up are hashed, rows that they only
/// write are not kept in order until `each`. Reading one of those families throws std::logic_error, so it is
/// no layer for `decide`. One thread; while nobody writes, others may read.
class BulkLayer final : public Layer {
 public:
  explicit BulkLayer(const Rows& below);
  /// From here on stands on other rows, which must hold the same for all that this layer does not hold.
  void stand_on(const Rows& below) { below_.rows = &below; }

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
  struct Below final : Rows {
    std::optional<std::string> get(Family family, std::string_view key) const override {
      return rows->get(family, key);
    }
    void scan(Family family, std::string_view from, const Visit& visit) const override {
      rows->scan(family, from, visit);
    }
    void scan_back(Family family, std::string_view from, const Visit& visit) const override {
      rows->scan_back(family, from, visit);
    }
    const Rows* rows = nullptr;
  };

  Below below_;
  Pending ordered_;  ///< every family that is neither looked up nor written alone
  std::array<KeyedRows, families> looked_up_;
  std::array<WrittenRows, families> written_;
};

}  // namespace almanac::projections
