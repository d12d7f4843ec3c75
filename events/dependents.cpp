#include "events/dependents.hpp"

#include <algorithm>

namespace almanac::events {
namespace {

constexpr std::size_t shown_max = 10;

bool is_child_of(const View& view, const ModelId& child, const ModelId& parent) {
  const auto model = view.model(child);
  return model && !model->is_system() && model->user().parent == parent;
}

}  // namespace

HasDependents dependents_of(const View& view, const ModelId& id) {
  const Some children = view.children(id, shown_max);
  Some naming = view.replaced_by(id, shown_max);
  if (children.count > 0 && naming.count > 0) {
    // A user model may name its own parent: all who name it are looked at, or it would count twice.
    naming = view.replaced_by(id, naming.count);
    std::erase_if(naming.first, [&](const ModelId& one) { return is_child_of(view, one, id); });
    naming.count = naming.first.size();
  }
  HasDependents out{children.count + naming.count, children.first};
  out.ids.insert(out.ids.end(), naming.first.begin(), naming.first.end());
  std::sort(out.ids.begin(), out.ids.end());
  if (out.ids.size() > shown_max) out.ids.resize(shown_max);
  return out;
}

}  // namespace almanac::events
