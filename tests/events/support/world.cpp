#include <algorithm>

#include "tests/events/support/world.hpp"

namespace almanac::events::testing {

World::World() : now_(*Instant::parse("2026-11-22T10:00:00Z")) {
  append({{std::nullopt, {}, now_, std::nullopt, LogCreated{}}});
}

void World::append(const std::vector<Event>& events) {
  for (const Event& event : events) {
    Recorded recorded;
    recorded.stamp.position = next();
    recorded.stamp.epoch = 1;
    recorded.stamp.time = now_;
    recorded.event = event;
    if (event.subject) {
      auto& versions = history_[*event.subject];
      const auto before = versions.empty() ? std::nullopt : std::optional(versions.back());
      versions.push_back(evolve(before, recorded));
      recorded.stamp.stream_version = versions.back().version;
    }
    log_.push_back(recorded);
  }
}

tl::expected<Decision, Rejection> World::judge(const Command& command, const Caller& caller,
                                               std::optional<Tag> if_match, Policy policy) const {
  return decide(*this, command, Circumstances{now_, next(), policy, caller, if_match});
}

tl::expected<Decision, Rejection> World::perform(const Command& command, const Caller& caller,
                                                 std::optional<Tag> if_match, Policy policy) {
  fire_due_timers(models_read_by(*this, command));
  auto decision = judge(command, caller, if_match, policy);
  if (decision) append(decision->events);
  return decision;
}

void World::fire_due_timers(const std::vector<ModelId>& ids) {
  for (const ModelId& id : ids) {
    const auto timer = due(at(id), now_);
    if (timer) append(judge(*timer, Caller{{}, "system:scheduler", {}, Plan::free})->events);
  }
}

std::vector<ModelId> World::all_ids() const {
  std::vector<ModelId> ids;
  for (const auto& [id, versions] : history_)
    ids.push_back(id);
  return ids;
}

const Model* World::parent_of(const Model& model) const {
  return model.is_system() ? nullptr : &at(model.user().parent);
}

std::optional<Model> World::model(const ModelId& id) const {
  const auto found = history_.find(id);
  if (found == history_.end() || found->second.back().deleted) return std::nullopt;
  return found->second.back();
}

std::optional<ModelId> World::by_external_key(std::string_view key) const {
  for (const auto& [id, versions] : history_) {
    const Model& model = versions.back();
    if (!model.deleted && model.is_system() && model.system().external_key == key) return id;
  }
  return std::nullopt;
}

template <class Holds>
Some World::living(std::size_t first_max, Holds holds) const {
  Some some;
  for (const auto& [id, versions] : history_) {
    if (versions.back().deleted || !holds(versions.back())) continue;
    ++some.count;
    if (some.first.size() < first_max) some.first.push_back(id);
  }
  return some;
}

Some World::children(const ModelId& parent, std::size_t first_max) const {
  return living(first_max,
                [&](const Model& model) { return !model.is_system() && model.user().parent == parent; });
}

Some World::replaced_by(const ModelId& replacement, std::size_t first_max) const {
  return living(first_max, [&](const Model& model) {
    return model.deprecation && model.deprecation->replacement == replacement;
  });
}

std::optional<Recorded> World::batch(const BatchId& id) const {
  for (const Recorded& recorded : log_) {
    const auto* imported = std::get_if<CatalogImported>(&recorded.event.payload);
    if (imported != nullptr && imported->batch == id) return recorded;
  }
  return std::nullopt;
}

std::optional<Model> World::model_as_of(const ModelId& id, Position position) const {
  const auto found = history_.find(id);
  if (found == history_.end()) return std::nullopt;
  std::optional<Model> standing;
  for (const Model& model : found->second) {
    if (model.last_position <= position) standing = model;
  }
  return standing;
}

Position World::catalogue_changed_at() const {
  Position last = 0;
  for (const auto& [id, versions] : history_) {
    if (versions.back().is_system()) last = std::max(last, versions.back().last_position);
  }
  return last;
}

}  // namespace almanac::events::testing
