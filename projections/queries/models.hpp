#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/inherit.hpp"
#include "events/model.hpp"
#include "projections/rows.hpp"

/// Reads of models for answers, over the rows of one snapshot.
namespace almanac::projections {

using events::Instant;
using events::LifecycleState;
using events::Model;
using events::ModelId;

/// A model with all that its answer is rendered from.
struct Shown {
  Model model;
  std::optional<Model> parent;
  std::optional<Model> replacement;  ///< of the effective deprecation; nullopt when none or deleted
};

/// Who looks: own organisation's models and system models; nothing else exists.
std::optional<Shown> find_model(const Rows& rows, const ModelId& id, const std::string& organization);
/// As of right after `position`, own and parent together; deleted then or not yet created: nullopt.
std::optional<Shown> find_model_as_of(const Rows& rows, const ModelId& id, const std::string& organization,
                                      events::Position position);

struct ModelFilter {
  std::optional<LifecycleState> state;  ///< effective, at `t`
  std::optional<bool> enabled;
  std::optional<ModelId> parent;
  std::optional<std::string>
      q;  ///< ASCII-case-insensitive substring of displayName, modelName or externalKey
};
struct CatalogueFilter {
  std::optional<LifecycleState> state;  ///< nullopt leaves disabled and retired ones out
  std::optional<std::string> provider;
  std::optional<events::Tier> tier;  ///< as it holds at `t`
  std::optional<std::string> q;
};

/// A page. `next` is the sort key of the last row looked at, for the cursor (bytes, without organisation or
/// parent); nullopt when nothing that matches is left. Any bytes are safe as `after`: they never lead out of
/// the range.
struct Page {
  std::vector<Shown> items;
  std::optional<std::string> next;
};
inline constexpr std::size_t scan_max = 10'000;  ///< rows looked at by one request

/// Newest first. `after` is an earlier page's `next`.
Page list_models(const Rows& rows, const std::string& organization, const ModelFilter& filter,
                 const std::optional<std::string>& after, std::size_t limit, Instant t);
/// Recommended first, then by displayName, then id.
Page list_catalogue(const Rows& rows, const CatalogueFilter& filter, const std::optional<std::string>& after,
                    std::size_t limit, Instant t);

struct DependentsPage {
  std::uint64_t count = 0;  ///< of those that the caller may see
  Page page;
};
/// User models of a parent; `organization` set: that organisation's only.
DependentsPage list_dependents(const Rows& rows, const ModelId& parent,
                               const std::optional<std::string>& organization,
                               const std::optional<std::string>& after, std::size_t limit, Instant t);

}  // namespace almanac::projections
