#include <algorithm>
#include <utility>

#include "events/access.hpp"
#include "events/bounds.hpp"
#include "events/decide_families.hpp"
#include "events/json.hpp"
#include "events/parent.hpp"

namespace almanac::events {
namespace {

/// A merge patch on one model: what would change, and what is wrong with it.
class Patch {
 public:
  Patch(const Model& model, const ChangeModel& command)
      : before_(model), after_(model), kind_(kind_of(model)), faults_(command.faults) {
    for (const FieldPatch& patch : command.patches)
      take(patch);
    std::sort(changes_.begin(), changes_.end(),
              [](const FieldChange& left, const FieldChange& right) { return left.field < right.field; });
  }

  FaultList& faults() { return faults_; }
  const Model& after() const { return after_; }
  std::vector<FieldChange>& changes() { return changes_; }
  bool changes_field(Field field) const {
    return std::any_of(changes_.begin(), changes_.end(),
                       [&](const FieldChange& change) { return change.field == field; });
  }

 private:
  /// Judged are the fields that change; a value that stands already is never at fault.
  void take(const FieldPatch& patch) {
    const std::string pointer = pointer_to(patch.field);
    if (!belongs_to(patch.field, kind_)) {
      faults_.judge(pointer, kind_ == ModelKind::user
                                 ? "is no field of a user model: it belongs to its parent"
                                 : "is no field of a system model");
      return;
    }
    if (faults_.has(pointer)) return;
    FieldValue from = own_value(before_, patch.field);
    FieldValue to = patch.field == Field::metadata ? merged(patch.to) : patch.to;
    if (from == to) return;
    if (auto fault = value_fault(kind_, patch.field, to)) return faults_.add(pointer, *std::move(fault));
    if (patch.field == Field::parent_model_id && !Uuid::parse(std::get<std::string>(to))) {
      return faults_.add(pointer, "There is no system model " + std::get<std::string>(to) + ".");
    }
    set_own(after_, patch.field, to);
    changes_.push_back({patch.field, std::move(from), std::move(to)});
  }

  FieldValue merged(const FieldValue& patch) const {
    const auto* json = std::get_if<JsonText>(&patch);
    return JsonText{json == nullptr ? "null" : json::merge_patch(before_.metadata, json->text)};
  }

  const Model& before_;
  Model after_;
  ModelKind kind_;
  std::vector<FieldChange> changes_;
  FaultList faults_;
};

/// Re-pointing is judged under the rules of creation with all own fields, anything else by the fields that
/// change.
std::optional<Rejection> judge_user_patch(const View& view, Patch& patch, std::optional<Model>& parent,
                                          const Circumstances& at) {
  const bool repointed = patch.changes_field(Field::parent_model_id);
  const UserFields& own = patch.after().user();
  if (repointed) {
    parent = judge_parent(view, own.parent, at, patch.faults());
    if (parent) judge_all_within_parent(own, parent->system(), patch.faults());
  } else if (parent) {
    for (const FieldChange& change : patch.changes()) {
      judge_within_parent(own, change.field, parent->system(), patch.faults());
    }
  }
  if (!patch.faults().empty()) return Invalid{patch.faults().faults()};
  return repointed ? plan_needed(*parent, at) : std::nullopt;
}

std::optional<Rejection> judge_system_patch(const View& view, Patch& patch) {
  if (!patch.faults().empty()) return Invalid{patch.faults().faults()};
  if (!patch.changes_field(Field::external_key)) return std::nullopt;
  const std::string& key = patch.after().system().external_key;
  const auto holder = view.by_external_key(key);
  return holder ? std::optional<Rejection>(KeyTaken{key, *holder}) : std::nullopt;
}

}  // namespace

Decided decide_one(const View& view, const ChangeModel& command, const Circumstances& at) {
  auto subject = admit(view, command.id, at);
  if (!subject) return tl::unexpected(std::move(subject).error());
  const Model& model = subject->model;
  Patch patch(model, command);
  auto no = model.is_system() ? judge_system_patch(view, patch)
                              : judge_user_patch(view, patch, subject->parent, at);
  if (no) return tl::unexpected(*std::move(no));

  Decision decision;
  decision.model = model.id;
  const auto add = [&](Payload payload) {
    decision.events.push_back(
        event_about(view, model, subject->parent_or_null(), at.now, std::move(payload)));
  };
  if (!patch.changes().empty()) add(ModelUpdated{std::move(patch.changes())});
  if (command.enabled && *command.enabled != model.enabled) {
    add(*command.enabled ? Payload{ModelEnabled{}} : Payload{ModelDisabled{}});
  }
  return decision;
}

}  // namespace almanac::events
