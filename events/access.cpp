#include "events/access.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "events/price.hpp"
#include "events/replacement.hpp"
#include "events/seeded_bug.hpp"

namespace almanac::events {
namespace {

tl::expected<Subject, Rejection> visible(const View& view, const ModelId& id, const Caller& caller) {
  auto model = view.model(id);
  if (!model || (!model->is_system() && model->organization != caller.organization)) {
    return tl::unexpected<Rejection>(NotFound{});
  }
  Subject subject{*std::move(model), std::nullopt};
  subject.parent = parent_of(view, subject.model);
  return subject;
}

std::optional<Rejection> stale(const Subject& subject, const Circumstances& at) {
  if (!at.if_match || seeded_bug("if_match_ignored")) return std::nullopt;
  const Tag current = tag_of(subject.model, subject.parent_or_null(), at.now);
  return *at.if_match == current ? std::nullopt : std::optional<Rejection>(StaleTag{current});
}

}  // namespace

std::optional<Rejection> missing_scope(const Caller& caller, Scope scope) {
  if (caller.scopes.has(scope)) return std::nullopt;
  return MissingScope{std::string(name_of(scope))};
}

std::optional<Rejection> refuse_without_subject(const Circumstances& at, Scope scope) {
  if (auto no = missing_scope(at.caller, scope)) return no;
  return at.if_match ? std::optional<Rejection>(StaleTag{}) : std::nullopt;
}

tl::expected<Subject, Rejection> admit(const View& view, const ModelId& id, const Circumstances& at,
                                       Scope needed) {
  auto subject = visible(view, id, at.caller);
  if (!subject) return subject;
  if (auto no = missing_scope(at.caller, needed)) return tl::unexpected(*std::move(no));
  if (auto no = stale(*subject, at)) return tl::unexpected(*std::move(no));
  return subject;
}

tl::expected<Subject, Rejection> admit(const View& view, const ModelId& id, const Circumstances& at) {
  auto subject = visible(view, id, at.caller);
  if (!subject) return subject;
  const Scope needed = subject->model.is_system() ? Scope::catalog_write : Scope::models_write;
  if (auto no = missing_scope(at.caller, needed)) return tl::unexpected(*std::move(no));
  if (auto no = stale(*subject, at)) return tl::unexpected(*std::move(no));
  return subject;
}

Event event_about(const View& view, const Model& model, const Model* parent, Instant effective_at,
                  Payload payload) {
  Event event{model.id, model.organization, effective_at, std::nullopt, std::move(payload)};
  if (parent != nullptr) event.head = price_head(view, *parent, effective_at);
  return event;
}

void settle(std::vector<Event>& events, Position next) {
  std::stable_sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return left.payload.index() < right.payload.index();
  });
  std::unordered_map<ModelId, Position> deprecated_at;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& subject = events[i].subject;
    if (!subject) continue;
    if (std::holds_alternative<ModelDeprecated>(events[i].payload)) deprecated_at[*subject] = next + i;
    auto* reached = std::get_if<ModelReachedEndOfLife>(&events[i].payload);
    if (reached == nullptr) continue;
    const auto scheduled = deprecated_at.find(*subject);
    if (scheduled != deprecated_at.end()) reached->scheduled_by = scheduled->second;
  }
}

}  // namespace almanac::events
