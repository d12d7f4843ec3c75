#pragma once
#include "events/view.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {

/// What `decide` may read, over any rows: the stored snapshot, or the writer's layer on top of it.
class RowsView : public events::View {
 public:
  explicit RowsView(const Rows& rows) : rows_(rows) {}
  std::optional<events::Model> model(const events::ModelId& id) const override;
  std::optional<events::ModelId> by_external_key(std::string_view key) const override;
  events::Some children(const events::ModelId& parent, std::size_t first_max) const override;
  events::Some replaced_by(const events::ModelId& replacement, std::size_t first_max) const override;
  /// Only the place and payload of the CatalogImported; rows keep a copy of the record's value.
  std::optional<events::Recorded> batch(const events::BatchId& id) const override;
  std::optional<events::Model> model_as_of(const events::ModelId& id,
                                           events::Position position) const override;
  events::Position catalogue_changed_at() const override;

 private:
  const Rows& rows_;
};

/// What was remembered of a command, under SHA-256 of its scope and key.
struct Remembered {
  events::Hash fingerprint{};
  events::Position first = 0;
  events::Position last = 0;
  events::Instant time;  ///< log time of the last event
};
/// nullopt when never used or expired at `now` (72 h of log time).
std::optional<Remembered> remembered(const Rows& rows, const events::Hash& key, events::Instant now);

}  // namespace almanac::projections
