#include <unordered_map>
#include <utility>

#include "events/access.hpp"
#include "events/decide_families.hpp"
#include "events/deprecation.hpp"
#include "events/difference.hpp"
#include "events/import_replacements.hpp"
#include "events/import_row.hpp"

namespace almanac::events {
namespace {

void reject_duplicate_keys(std::vector<PlannedRow>& planned) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> rows_of;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    if (!planned[i].key.empty()) rows_of[planned[i].key].push_back(i);
  }
  for (const auto& [key, rows] : rows_of) {
    if (rows.size() < 2) continue;
    for (const std::size_t row : rows) {
      const std::size_t other = row == rows.front() ? rows[1] : rows.front();
      planned[row].faults.add(pointer_to(Field::external_key),
                              "Row " + std::to_string(other) + " has the same externalKey.");
    }
  }
}

/// A creation and what its row says of its end, which is no part of ModelCreated.
void append_creation(std::vector<Event>& events, const Model& wanted, Instant now) {
  const SystemFields& own = wanted.system();
  events.push_back({wanted.id,
                    {},
                    now,
                    PriceHead{wanted.id, wanted.price, own.provider, own.model_name},
                    ModelCreated{wanted.display_name, wanted.enabled, wanted.metadata, own}});
  Model created = wanted;
  created.deprecation.reset();
  for (Payload& payload : payloads_toward(created, standing_deprecation(wanted), now)) {
    events.push_back({wanted.id, {}, now, std::nullopt, std::move(payload)});
  }
}

/// Appends the row's events and says what became of it.
RowVerdict conclude(const PlannedRow& planned, std::uint32_t row, std::vector<Event>& events, Instant now) {
  RowVerdict verdict{row, planned.key, std::nullopt, Verdict::unchanged, {}};
  if (planned.before) verdict.model = planned.before->id;
  if (planned.rejected()) {
    verdict.verdict = Verdict::rejected;
    for (const Fault& fault : planned.faults.faults()) {
      verdict.errors.emplace_back(fault.pointer, fault.detail);
    }
  } else if (!planned.before) {
    verdict.model = planned.wanted.id;
    verdict.verdict = Verdict::create;
    append_creation(events, planned.wanted, now);
  } else {
    const std::size_t already = events.size();
    append_difference(events, *planned.before, planned.wanted, now);
    if (events.size() > already) verdict.verdict = Verdict::update;
  }
  return verdict;
}

std::optional<Rejection> refuse(const View& view, const ImportCatalog& command, const Circumstances& at) {
  if (auto no = refuse_without_subject(at, Scope::catalog_write)) return no;
  FaultList faults(command.faults);
  if (command.rows.size() > import_rows_max) {
    faults.judge("/rows", "must be at most " + std::to_string(import_rows_max) + " rows, has " +
                              std::to_string(command.rows.size()));
  }
  if (!faults.empty()) return Invalid{faults.faults()};
  const Position changed_at = view.catalogue_changed_at();
  if (command.expected_position && changed_at > *command.expected_position) {
    return CatalogueChanged{changed_at};
  }
  return std::nullopt;
}

}  // namespace

Decided decide_one(const View& view, const ImportCatalog& command, const Circumstances& at) {
  if (auto no = refuse(view, command, at)) return tl::unexpected(*std::move(no));
  NewIds ids{at.now, at.next};
  std::vector<PlannedRow> planned;
  planned.reserve(command.rows.size());
  for (const CatalogRow& row : command.rows)
    planned.push_back(plan_row(view, row, at, ids));
  reject_duplicate_keys(planned);
  resolve_replacements(view, command.rows, planned, at.now);

  Decision decision;
  CatalogImported imported;
  imported.first_position = at.next;
  imported.rows.reserve(planned.size());
  for (std::size_t i = 0; i < planned.size(); ++i) {
    imported.rows.push_back(conclude(planned[i], static_cast<std::uint32_t>(i), decision.events, at.now));
  }
  settle(decision.events, at.next);
  if (!decision.events.empty()) {
    imported.batch = ids.next();
    decision.events.push_back({std::nullopt, {}, at.now, std::nullopt, imported});
  }
  decision.import = std::move(imported);
  return decision;
}

}  // namespace almanac::events
