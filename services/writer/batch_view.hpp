#pragma once
#include <optional>
#include <unordered_map>
#include <vector>

#include "projections/view.hpp"

namespace almanac::writer {

/// What a batch's decisions read: the rows under it, but each model is fetched and decoded once, however many
/// commands of the batch ask for it: a tenth of the writer's CPU when 64 creations name one parent
/// (writer_bench). One thread.
class BatchView final : public events::View {
 public:
  explicit BatchView(const projections::Rows& rows) : rows_(rows) {}

  /// The rows of this model are others now.
  void changed(const events::ModelId& id) { models_.erase(id); }

  std::optional<events::Model> model(const events::ModelId& id) const override;
  std::optional<events::ModelId> by_external_key(std::string_view key) const override {
    return rows_.by_external_key(key);
  }
  events::Some children(const events::ModelId& parent, std::size_t first_max) const override {
    return rows_.children(parent, first_max);
  }
  events::Some replaced_by(const events::ModelId& replacement, std::size_t first_max) const override {
    return rows_.replaced_by(replacement, first_max);
  }
  std::optional<events::Recorded> batch(const events::BatchId& id) const override { return rows_.batch(id); }
  std::optional<events::Model> model_as_of(const events::ModelId& id,
                                           events::Position position) const override {
    return rows_.model_as_of(id, position);
  }
  events::Position catalogue_changed_at() const override { return rows_.catalogue_changed_at(); }

 private:
  const projections::RowsView rows_;
  mutable std::unordered_map<events::ModelId, std::optional<events::Model>> models_;
};

}  // namespace almanac::writer
