#include <utility>

#include "events/access.hpp"
#include "events/decide_families.hpp"
#include "events/difference.hpp"
#include "events/planned_view.hpp"
#include "events/replacement.hpp"
#include "events/revert_creations.hpp"
#include "events/revert_row.hpp"

namespace almanac::events {
namespace {

/// One batch taken back, row by row.
class Reverting {
 public:
  Reverting(const View& view, const Recorded& batch, const Circumstances& at)
      : view_(view),
        batch_(batch),
        imported_(std::get<CatalogImported>(batch.event.payload)),
        at_(at),
        plan_(view) {
    changed_.reserve(imported_.rows.size());
  }

  Decision run(const BatchId& reverted) {
    for (const RowVerdict& row : imported_.rows)
      read(row);
    for (const auto& [row, model] : changed_)
      plan_.plan(model.wanted);
    for (auto& [row, model] : changed_)
      drop_lost_replacement(model);
    const Creations creations = judge_creations(plan_, created_);

    Decision decision;
    CatalogImported out;
    for (const RowVerdict& row : imported_.rows) {
      if (row.verdict == Verdict::create || row.verdict == Verdict::update) {
        out.rows.push_back(conclude(row, creations, decision.events));
      }
    }
    out.reverts = reverted;
    out.first_position = at_.next;
    settle(decision.events, at_.next);
    if (!decision.events.empty()) {
      out.batch = NewIds{at_.now, at_.next}.next();
      decision.events.push_back({std::nullopt, {}, at_.now, std::nullopt, out});
    }
    decision.import = std::move(out);
    return decision;
  }

 private:
  void read(const RowVerdict& row) {
    if (!row.model) return;
    auto is = view_.model(*row.model);
    if (!is) return;
    if (row.verdict == Verdict::create) {
      created_.push_back(*std::move(is));
      return;
    }
    if (row.verdict != Verdict::update) return;
    const auto before = view_.model_as_of(*row.model, imported_.first_position - 1);
    const auto after = view_.model_as_of(*row.model, batch_.stamp.position);
    if (!before || !after) return;
    changed_.emplace(row.row, revert_model(*before, *after, *is, batch_.stamp.time, at_.now));
  }

  /// The model that was named then may be gone, at its end, or lead back by now.
  void drop_lost_replacement(RevertedModel& model) {
    auto& wanted = model.wanted.deprecation;
    const bool goes_back = wanted && wanted != model.is.deprecation && wanted->replacement;
    if (!goes_back) return;
    if (auto fault = replacement_fault(plan_, model.wanted, *wanted->replacement, at_.now)) {
      wanted->replacement.reset();
      model.notes.emplace_back("/replacementExternalKey", *std::move(fault));
    }
  }

  RowVerdict conclude(const RowVerdict& row, const Creations& creations, std::vector<Event>& events) const {
    RowVerdict verdict{row.row, row.external_key, row.model, Verdict::unchanged, {}};
    const std::size_t already = events.size();
    if (row.verdict == Verdict::create) {
      conclude_creation(verdict, creations, events);
    } else if (const auto changed = changed_.find(row.row); changed != changed_.end()) {
      append_difference(events, changed->second.is, changed->second.wanted, at_.now);
      verdict.errors = changed->second.notes;
    } else {
      verdict.errors.emplace_back("", "The model was deleted after the import; there is no undelete.");
    }
    if (events.size() > already) {
      verdict.verdict = Verdict::update;
    } else if (!verdict.errors.empty()) {
      verdict.verdict = Verdict::rejected;
    }
    return verdict;
  }

  void conclude_creation(RowVerdict& verdict, const Creations& creations, std::vector<Event>& events) const {
    if (creations.going.count(*verdict.model) != 0) {
      events.push_back({*verdict.model, {}, at_.now, std::nullopt, ModelDeleted{}});
    } else if (const auto kept = creations.kept.find(*verdict.model); kept != creations.kept.end()) {
      verdict.errors.emplace_back("", "The created model stays: " + std::to_string(kept->second) +
                                          " other models build on it or name it as replacement.");
    }
  }

  const View& view_;
  const Recorded& batch_;
  const CatalogImported& imported_;
  const Circumstances& at_;
  PlannedView plan_;
  std::unordered_map<std::uint32_t, RevertedModel> changed_;  ///< by row
  std::vector<Model> created_;
};

}  // namespace

Decided decide_one(const View& view, const RevertImport& command, const Circumstances& at) {
  const auto batch = view.batch(command.batch);
  if (!batch || !std::holds_alternative<CatalogImported>(batch->event.payload)) {
    return tl::unexpected<Rejection>(NotFound{});
  }
  if (auto no = refuse_without_subject(at, Scope::catalog_write)) return tl::unexpected(*std::move(no));
  return Reverting(view, *batch, at).run(command.batch);
}

}  // namespace almanac::events
