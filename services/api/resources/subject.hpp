#pragma once
#include <optional>
#include <string>

#include "events/view.hpp"
#include "projections/queries/models.hpp"

namespace almanac::api {

/// When and from which rows an answer is made. Everything in one answer uses one of these: the clock is read
/// once per request.
struct Moment {
  const projections::Rows& rows;
  events::Instant t;                         ///< max(clock, time of the last applied event), or the past
  std::optional<events::Position> position;  ///< set: rows as they stood right after it
};

/// A model with all that its answer shows.
struct Subject {
  projections::Shown shown;
  std::optional<events::LifecycleState> replacement_state;  ///< nullopt: no replacement

  const events::Model& model() const { return shown.model; }
  const events::Model* parent() const { return shown.parent ? &*shown.parent : nullptr; }
  /// There is one and a client may move to it.
  bool replacement_usable() const {
    return replacement_state == events::LifecycleState::active ||
           replacement_state == events::LifecycleState::deprecated;
  }
};

/// The model as the caller's organisation sees it at that moment; nullopt: there is none for it.
std::optional<Subject> look(const Moment& moment, const events::ModelId& id, const std::string& organization);
/// Adds the replacement's state to what a query has found.
Subject complete(const Moment& moment, projections::Shown shown);

/// The models of a moment in the past as `decide`'s rules read them: for what an answer computes by the law
/// and must be able to compute again later.
class ModelsThen final : public events::View {
 public:
  explicit ModelsThen(const Moment& moment) : moment_(moment) {}
  std::optional<events::Model> model(const events::ModelId& id) const override;
  std::optional<events::ModelId> by_external_key(std::string_view key) const override;
  events::Some children(const events::ModelId& parent, std::size_t first_max) const override;
  events::Some replaced_by(const events::ModelId& replacement, std::size_t first_max) const override;
  std::optional<events::Recorded> batch(const events::BatchId& id) const override;
  std::optional<events::Model> model_as_of(const events::ModelId& id,
                                           events::Position position) const override;
  events::Position catalogue_changed_at() const override;

 private:
  const Moment& moment_;
};

}  // namespace almanac::api
