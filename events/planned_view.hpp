#pragma once
#include <unordered_map>

#include "events/view.hpp"

namespace almanac::events {

/// A view with some models as one command would leave them, so that its parts are judged against each other.
/// Indexes (children, keys, who names whom) stay those of the view below. Both must outlive it.
class PlannedView : public View {
 public:
  explicit PlannedView(const View& below) : below_(below) {}

  /// `model` must outlive the plan or be withdrawn.
  void plan(const Model& model) { planned_[model.id] = &model; }
  void plan_deletion(const ModelId& id) { planned_[id] = nullptr; }
  void withdraw(const ModelId& id) { planned_.erase(id); }
  /// How the model would stand, without a copy; nullptr when nothing is planned for it.
  const Model* planned(const ModelId& id) const;

  std::optional<Model> model(const ModelId& id) const override;
  std::optional<ModelId> by_external_key(std::string_view key) const override;
  Some children(const ModelId& parent, std::size_t first_max) const override;
  Some replaced_by(const ModelId& replacement, std::size_t first_max) const override;
  std::optional<Recorded> batch(const BatchId& id) const override;
  std::optional<Model> model_as_of(const ModelId& id, Position position) const override;
  Position catalogue_changed_at() const override;

 private:
  const View& below_;
  std::unordered_map<ModelId, const Model*> planned_;
};

}  // namespace almanac::events
