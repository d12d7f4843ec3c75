#include "events/revert_creations.hpp"

#include <algorithm>

namespace almanac::events {
namespace {

class Judging {
 public:
  Judging(const PlannedView& plan, const std::vector<Model>& created) : plan_(plan) {
    for (const Model& model : created) {
      out_.going.insert(model.id);
      by_id_.emplace(model.id, &model);
      to_judge_.push_back(model.id);
    }
  }

  /// A model that stays holds the one that it names, which is then judged again.
  Creations run() {
    while (!to_judge_.empty()) {
      const ModelId id = to_judge_.back();
      to_judge_.pop_back();
      if (out_.going.count(id) == 0) continue;
      const std::uint64_t held_by = holders(id);
      if (held_by == 0) continue;
      out_.going.erase(id);
      out_.kept[id] = held_by;
      const auto& deprecation = by_id_.at(id)->deprecation;
      if (deprecation && deprecation->replacement) to_judge_.push_back(*deprecation->replacement);
    }
    return std::move(out_);
  }

 private:
  std::uint64_t holders(const ModelId& id) const {
    const std::uint64_t children = plan_.children(id, 1).count;
    const Some naming = plan_.replaced_by(id, plan_.replaced_by(id, 1).count);
    const auto holding = std::count_if(naming.first.begin(), naming.first.end(),
                                       [&](const ModelId& other) { return still_names(other, id); });
    return children + static_cast<std::uint64_t>(holding);
  }

  bool still_names(const ModelId& other, const ModelId& id) const {
    if (out_.going.count(other) != 0) return false;
    const auto model = plan_.model(other);
    if (!model) return false;
    // A user model that names its own parent is counted among the parent's children.
    if (!model->is_system() && model->user().parent == id) return false;
    return model->deprecation && model->deprecation->replacement == id;
  }

  const PlannedView& plan_;
  Creations out_;
  std::unordered_map<ModelId, const Model*> by_id_;
  std::vector<ModelId> to_judge_;
};

}  // namespace

Creations judge_creations(const PlannedView& plan, const std::vector<Model>& created) {
  return Judging(plan, created).run();
}

}  // namespace almanac::events
