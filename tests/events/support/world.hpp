#pragma once
#include <map>
#include <string>
#include <vector>

#include "events/decide.hpp"
#include "events/evolve.hpp"

/// A log in memory: the events of a test, folded with evolve, as the view that decide reads.
namespace almanac::events::testing {

class World : public View {
 public:
  World();

  Instant now() const { return now_; }
  void advance(std::int64_t ms) { now_.ms += ms; }
  Position next() const { return static_cast<Position>(log_.size()); }
  const std::vector<Recorded>& log() const { return log_; }

  /// Gives events their place, at the present instant.
  void append(const std::vector<Event>& events);
  /// Judges without writing.
  tl::expected<Decision, Rejection> judge(const Command& command, const Caller& caller,
                                          std::optional<Tag> if_match = std::nullopt,
                                          Policy policy = {}) const;
  /// What the writer does with a command: fires the due timers of what it reads, decides, appends.
  tl::expected<Decision, Rejection> perform(const Command& command, const Caller& caller,
                                            std::optional<Tag> if_match = std::nullopt, Policy policy = {});
  void fire_due_timers(const std::vector<ModelId>& ids);
  std::vector<ModelId> all_ids() const;

  /// The model as it stands, deleted or not; it must exist.
  const Model& at(const ModelId& id) const { return history_.at(id).back(); }
  const Model* parent_of(const Model& model) const;

  std::optional<Model> model(const ModelId& id) const override;
  std::optional<ModelId> by_external_key(std::string_view key) const override;
  Some children(const ModelId& parent, std::size_t first_max) const override;
  Some replaced_by(const ModelId& replacement, std::size_t first_max) const override;
  std::optional<Recorded> batch(const BatchId& id) const override;
  std::optional<Model> model_as_of(const ModelId& id, Position position) const override;
  Position catalogue_changed_at() const override;

 private:
  template <class Holds>
  Some living(std::size_t first_max, Holds holds) const;

  Instant now_;
  std::vector<Recorded> log_;
  std::map<ModelId, std::vector<Model>> history_;
};

}  // namespace almanac::events::testing
