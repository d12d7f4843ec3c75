#include "projections/queries/as_of.hpp"

#include <limits>
#include <map>

#include "projections/bytes.hpp"
#include "projections/key.hpp"
#include "projections/queries/filter.hpp"
#include "projections/queries/walk.hpp"

namespace almanac::projections {
namespace {

constexpr std::string_view of_no_organization;  // system models stand under the empty one

// The last position in a row of times at or before a millisecond of its second.
std::optional<Position> last_at(std::string_view row, std::int64_t millisecond) {
  In parts(row);
  const Position first = parts.u64();
  std::optional<Position> last;
  while (!parts.empty()) {
    const std::int64_t at = parts.u16();
    const Position position = first + parts.u32();
    if (at > millisecond) break;
    last = position;
  }
  return last;
}

}  // namespace

std::optional<Position> position_at(const Rows& rows, Instant at) {
  std::optional<Position> found;
  const std::int64_t second = second_of(at);
  const std::string of_its_second = time_key(second);
  rows.scan(Family::times, of_its_second, [&](std::string_view key, std::string_view row) {
    found = last_at(row, key == of_its_second ? at.ms - second * 1000 : 999);
    return !found.has_value();
  });
  return found;
}

std::vector<Position> history_of(const Rows& rows, const ModelId& id, Position after, std::size_t limit) {
  std::vector<Position> positions;
  if (limit == 0 || after == std::numeric_limits<Position>::max()) return positions;
  const std::string of_the_model = model_key(id);
  rows.scan_back(Family::history, history_key(id, after + 1), [&](std::string_view key, std::string_view) {
    if (!key.starts_with(of_the_model)) return false;
    positions.push_back(position_of_history_key(key));
    return positions.size() < limit;
  });
  return positions;
}

Page list_models_as_of(const Rows& rows, const std::string& organization, const ModelFilter& filter,
                       const std::optional<std::string>& after, std::size_t limit, Position position,
                       Instant t) {
  if (organization.empty()) return {};
  const ModelMatch matches(filter, t);
  ModelReader reader(rows, position);
  EverRun keys(rows, organization_prefix(organization), after, limit + 1);
  return fill_page(
      limit, [&keys] { return keys.peek(); }, [&keys] { keys.pop(); },
      [&](const std::string& key) -> std::optional<Shown> {
        std::optional<Model> model = reader.living(model_of_organization_key(key));
        if (!model || !matches(*model, reader.parent_of(*model))) return std::nullopt;
        return reader.show(std::move(*model));
      });
}

Page list_catalogue_as_of(const Rows& rows, const CatalogueFilter& filter,
                          const std::optional<std::string>& after, std::size_t limit, Position position,
                          Instant t) {
  const CatalogueMatch matches(filter, t);
  ModelReader reader(rows, position);
  std::map<std::string, Model> in_order;
  EverRun ever(rows, organization_prefix(of_no_organization), std::nullopt, 1024);
  for (const std::string* key = ever.peek(); key != nullptr; key = ever.peek()) {
    std::optional<Model> model = reader.living(model_of_organization_key(*key));
    ever.pop();
    if (!model || !matches(*model)) continue;
    std::string place = catalogue_key(*model);
    if (!after || place > *after) in_order.emplace(std::move(place), std::move(*model));
  }
  Page page;
  std::string last;
  for (auto& [place, model] : in_order) {
    if (page.items.size() == limit) {
      page.next = last;
      break;
    }
    page.items.push_back(reader.show(std::move(model)));
    last = place;
  }
  return page;
}

}  // namespace almanac::projections
