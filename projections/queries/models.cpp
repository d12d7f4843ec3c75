#include "projections/queries/models.hpp"

#include "projections/key.hpp"
#include "projections/queries/filter.hpp"
#include "projections/queries/walk.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

std::optional<Shown> find(ModelReader reader, const ModelId& id, const std::string& organization) {
  std::optional<Model> model = reader.living(id);
  if (!model || (!model->is_system() && model->organization != organization)) return std::nullopt;
  return reader.show(std::move(*model));
}

Page page_of(KeyRun keys, std::size_t limit, const auto& take) {
  return fill_page(
      limit, [&keys] { return keys.peek(); }, [&keys] { keys.pop(); }, take);
}

}  // namespace

std::optional<Shown> find_model(const Rows& rows, const ModelId& id, const std::string& organization) {
  return find(ModelReader(rows), id, organization);
}

std::optional<Shown> find_model_as_of(const Rows& rows, const ModelId& id, const std::string& organization,
                                      events::Position position) {
  return find(ModelReader(rows, position), id, organization);
}

Page list_models(const Rows& rows, const std::string& organization, const ModelFilter& filter,
                 const std::optional<std::string>& after, std::size_t limit, Instant t) {
  if (organization.empty()) return {};  // that is the catalogue's place
  const ModelMatch matches(filter, t);
  ModelReader reader(rows);
  return page_of(KeyRun(rows, Family::by_organization, organization_prefix(organization), after, limit + 1),
                 limit, [&](const std::string& key) -> std::optional<Shown> {
                   std::optional<Model> model = reader.living(model_of_organization_key(key));
                   if (!model || !matches(*model, reader.parent_of(*model))) return std::nullopt;
                   return reader.show(std::move(*model));
                 });
}

Page list_catalogue(const Rows& rows, const CatalogueFilter& filter, const std::optional<std::string>& after,
                    std::size_t limit, Instant t) {
  const CatalogueMatch matches(filter, t);
  ModelReader reader(rows);
  return page_of(KeyRun(rows, Family::catalogue, std::string(), after, limit + 1), limit,
                 [&](const std::string& key) -> std::optional<Shown> {
                   std::optional<Model> model = reader.living(model_at_end_of(key));
                   if (!model || !matches(*model)) return std::nullopt;
                   return reader.show(std::move(*model));
                 });
}

DependentsPage list_dependents(const Rows& rows, const ModelId& parent,
                               const std::optional<std::string>& organization,
                               const std::optional<std::string>& after, std::size_t limit, Instant) {
  DependentsPage dependents;
  const auto count = rows.get(
      Family::child_counts, organization ? child_count_key(parent, *organization) : child_count_key(parent));
  if (!count) return dependents;
  dependents.count = decode_u64(*count);
  const std::string prefix = organization ? children_prefix(parent, *organization) : children_prefix(parent);
  ModelReader reader(rows);
  dependents.page = page_of(KeyRun(rows, Family::children, prefix, after, limit + 1), limit,
                            [&](const std::string& key) -> std::optional<Shown> {
                              std::optional<Model> model = reader.living(model_at_end_of(key));
                              if (!model) return std::nullopt;
                              return reader.show(std::move(*model));
                            });
  return dependents;
}

}  // namespace almanac::projections
