#pragma once
#include <optional>

#include <tl/expected.hpp>

#include "events/decide.hpp"

/// The judgements that come before a command's own: visible, the exact scope, If-Match.
namespace almanac::events {

/// The model that a command is about, with its parent.
struct Subject {
  Model model;
  std::optional<Model> parent;  ///< nullopt exactly for a system model

  const Model* parent_or_null() const { return parent ? &*parent : nullptr; }
};

/// nullopt when the caller has the scope.
std::optional<Rejection> missing_scope(const Caller& caller, Scope scope);

/// For commands about no model that exists yet: the scope, then If-Match, which nothing can match.
std::optional<Rejection> refuse_without_subject(const Circumstances& at, Scope scope);

/// A user model needs models:write, a system model catalog:write; another organisation's does not exist.
tl::expected<Subject, Rejection> admit(const View& view, const ModelId& id, const Circumstances& at);
/// The same, where the kind of model does not matter: prices are the operators'.
tl::expected<Subject, Rejection> admit(const View& view, const ModelId& id, const Circumstances& at,
                                       Scope needed);

/// An event about the model. A user model's gets its price head, as it holds at `effective_at`.
Event event_about(const View& view, const Model& model, const Model* parent, Instant effective_at,
                  Payload payload);

/// Brings the events of one command into the order of Payload and tells each ModelReachedEndOfLife the
/// position of the ModelDeprecated before it, when that is of the same command. `next` is the position of the
/// first.
void settle(std::vector<Event>& events, Position next);

}  // namespace almanac::events
