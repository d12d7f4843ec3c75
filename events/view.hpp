#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "events/event.hpp"

namespace almanac::events {

/// How many, and the first few in id order.
struct Some {
  std::uint64_t count = 0;
  std::vector<ModelId> first;
};

/// What `decide` may read: the folded log, as of the last event before this command. Two implementations: the
/// stored read model, and the writer's layer of what its batch has decided on top of it.
class View {
 public:
  virtual ~View() = default;
  /// Deleted models are nullopt.
  virtual std::optional<Model> model(const ModelId& id) const = 0;
  /// The living system model of that external key.
  virtual std::optional<ModelId> by_external_key(std::string_view key) const = 0;
  /// Living user models of a parent, every organisation's.
  virtual Some children(const ModelId& parent, std::size_t first_max) const = 0;
  /// Living models that name it as replacement.
  virtual Some replaced_by(const ModelId& replacement, std::size_t first_max) const = 0;
  /// The record of an import or a revert, with its place; nullopt when there is no such batch.
  virtual std::optional<Recorded> batch(const BatchId& id) const = 0;
  /// A model as it stood right after the last event at or before the position, deleted ones with `deleted`
  /// set.
  virtual std::optional<Model> model_as_of(const ModelId& id, Position position) const = 0;
  /// Position of the last event of any system model; 0 when there is none.
  virtual Position catalogue_changed_at() const = 0;
};

}  // namespace almanac::events
