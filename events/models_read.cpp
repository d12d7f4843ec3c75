#include <set>
#include <vector>

#include "events/decide.hpp"

namespace almanac::events {
namespace {

/// Existing models with their parents, and the replacements of both with theirs. Chains of replacements are
/// followed no further: whoever walks them asks the clock, not the timers.
class ModelsRead {
 public:
  explicit ModelsRead(const View& view) : view_(view) {}

  void add(const ModelId& id) {
    std::vector<ModelId> replacements;
    add_with_parent(id, replacements);
    std::vector<ModelId> further;
    for (const ModelId& replacement : replacements)
      add_with_parent(replacement, further);
  }
  void add_text(const FieldPatch& patch) {
    const auto* text = std::get_if<std::string>(&patch.to);
    const auto id = text == nullptr ? std::nullopt : Uuid::parse(*text);
    if (id) add(*id);
  }
  void add_key(const RowMember<std::string>& key) {
    if (!key.given || !key.value) return;
    if (const auto id = view_.by_external_key(*key.value)) add(*id);
  }
  std::vector<ModelId> ids() const { return {ids_.begin(), ids_.end()}; }

  void operator()(const CreateUserModel& command) { add(command.own.parent); }
  void operator()(const CreateSystemModel&) {}
  void operator()(const ChangeModel& command) {
    add(command.id);
    for (const FieldPatch& patch : command.patches) {
      if (patch.field == Field::parent_model_id) add_text(patch);
    }
  }
  void operator()(const DeleteModel& command) { add(command.id); }
  void operator()(const DeprecateModel& command) {
    add(command.id);
    if (command.replacement) add(*command.replacement);
  }
  void operator()(const RestoreModel& command) { add(command.id); }
  void operator()(const RepriceModel& command) { add(command.id); }
  void operator()(const CancelReprice& command) { add(command.id); }
  void operator()(const ImportCatalog& command) {
    for (const CatalogRow& row : command.rows) {
      add_key(row.external_key);
      add_key(row.replacement_external_key);
      if (row.external_key.value || !row.provider.value || !row.model_name.value) continue;
      add_key({true, *row.provider.value + "/" + *row.model_name.value});
    }
  }
  void operator()(const RevertImport& command) {
    const auto batch = view_.batch(command.batch);
    const auto* imported = batch ? std::get_if<CatalogImported>(&batch->event.payload) : nullptr;
    if (imported == nullptr) return;
    for (const RowVerdict& row : imported->rows) {
      if (row.model) add(*row.model);
    }
  }
  /// It fires a timer itself; nothing is to be fired before it.
  void operator()(const ReachEndOfLife&) {}

 private:
  void add_with_parent(const ModelId& id, std::vector<ModelId>& replacements) {
    const auto model = view_.model(id);
    if (!model) return;
    ids_.insert(id);
    if (model->deprecation && model->deprecation->replacement) {
      replacements.push_back(*model->deprecation->replacement);
    }
    if (!model->is_system()) add_with_parent(model->user().parent, replacements);
  }

  const View& view_;
  std::set<ModelId> ids_;
};

}  // namespace

std::vector<ModelId> models_read_by(const View& view, const Command& command) {
  ModelsRead read(view);
  std::visit([&](const auto& one) { read(one); }, command);
  return read.ids();
}

}  // namespace almanac::events
