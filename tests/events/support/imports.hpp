#pragma once
#include "tests/events/support/given_when_then.hpp"

/// Imports and what became of their rows.
namespace almanac::events::testing {

inline ImportCatalog import_of(std::vector<CatalogRow> rows) {
  ImportCatalog command;
  command.rows = std::move(rows);
  return command;
}

/// A row that only names its model.
inline CatalogRow keyed(const std::string& name) {
  CatalogRow out;
  out.external_key = given_as<std::string>("p/" + name);
  return out;
}

inline std::vector<Verdict> verdicts(const CatalogImported& imported) {
  std::vector<Verdict> out;
  for (const RowVerdict& row : imported.rows)
    out.push_back(row.verdict);
  return out;
}
using Verdicts = std::vector<Verdict>;
inline constexpr auto created = Verdict::create;
inline constexpr auto updated = Verdict::update;
inline constexpr auto unchanged = Verdict::unchanged;
inline constexpr auto rejected = Verdict::rejected;

/// The pointers and sentences of one row.
inline const std::vector<std::pair<std::string, std::string>>& errors(Scenario& scenario, std::size_t row) {
  return scenario.imported().rows.at(row).errors;
}
inline std::string only_error_at(Scenario& scenario, std::size_t row, const std::string& pointer) {
  const auto& found = errors(scenario, row);
  EXPECT_EQ(found.size(), 1U);
  if (found.empty()) return {};
  EXPECT_EQ(found.front().first, pointer);
  return found.front().second;
}

}  // namespace almanac::events::testing
