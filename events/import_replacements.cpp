#include "events/import_replacements.hpp"

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "events/deprecation.hpp"
#include "events/planned_view.hpp"
#include "events/replacement.hpp"

namespace almanac::events {
namespace {

constexpr const char* pointer = "/replacementExternalKey";

/// Linear in the rows: a row is judged once, and again only when the row that it names falls.
class Resolution {
 public:
  Resolution(const View& view, const std::vector<CatalogRow>& rows, std::vector<PlannedRow>& planned,
             Instant now)
      : rows_(rows), planned_(planned), now_(now), plan_(view) {
    for (std::size_t i = 0; i < planned.size(); ++i) {
      if (!planned[i].key.empty()) by_key_.emplace(planned[i].key, i);
      if (!planned[i].rejected()) plan_.plan(planned[i].wanted);
      if (!names_one(i)) continue;
      naming_[*rows[i].replacement_external_key.value].push_back(i);
      to_judge_.push_back(i);
    }
  }

  void run() {
    do {
      while (!to_judge_.empty()) {
        const std::size_t row = to_judge_.front();
        to_judge_.pop_front();
        if (!planned_[row].rejected()) judge(row);
      }
    } while (break_cycles());
  }

 private:
  bool names_one(std::size_t row) const { return rows_[row].replacement_external_key.value.has_value(); }

  void reject(std::size_t row, std::string why) {
    PlannedRow& planned = planned_[row];
    planned.faults.add(pointer, std::move(why));
    plan_.withdraw(planned.wanted.id);
    const auto naming = naming_.find(planned.key);
    if (naming == naming_.end()) return;
    to_judge_.insert(to_judge_.end(), naming->second.begin(), naming->second.end());
  }

  void judge(std::size_t row) {
    const std::string& key = *rows_[row].replacement_external_key.value;
    const auto target = target_of(key);
    if (!target) return reject(row, unknown(key));
    PlannedRow& planned = planned_[row];
    planned.wanted.deprecation->replacement = *target;
    if (!changes_its_end(planned)) return;
    if (auto fault = naming_fault(plan_, planned.wanted, *target, now_)) reject(row, *std::move(fault));
  }

  std::optional<ModelId> target_of(const std::string& key) const {
    const auto row = by_key_.find(key);
    if (row != by_key_.end() && !planned_[row->second].rejected()) return planned_[row->second].wanted.id;
    return plan_.by_external_key(key);
  }

  std::string unknown(const std::string& key) const {
    const auto row = by_key_.find(key);
    std::string detail = "There is no system model with the externalKey " + key;
    if (row != by_key_.end()) detail += ", since row " + std::to_string(row->second) + " is rejected";
    return detail + ".";
  }

  static bool changes_its_end(const PlannedRow& row) {
    const auto standing = row.before ? standing_deprecation(*row.before) : std::nullopt;
    return standing != standing_deprecation(row.wanted);
  }

  std::optional<ModelId> next_of(const ModelId& id) const {
    if (const Model* planned = plan_.planned(id)) {
      return planned->deprecation ? planned->deprecation->replacement : std::nullopt;
    }
    const auto model = plan_.model(id);
    return model && model->deprecation ? model->deprecation->replacement : std::nullopt;
  }

  /// Follows every chain once; all rows of a cycle that this import would close are rejected.
  bool break_cycles() {
    std::unordered_set<ModelId> seen;
    std::vector<std::size_t> closing;
    for (const PlannedRow& row : planned_) {
      if (row.rejected() || !row.wanted.deprecation) continue;
      std::unordered_set<ModelId> walk;
      std::optional<ModelId> at = row.wanted.id;
      while (at && seen.insert(*at).second) {
        walk.insert(*at);
        at = next_of(*at);
      }
      if (at && walk.count(*at) != 0) collect_cycle(*at, closing);
    }
    for (const std::size_t row : closing) {
      reject(row, "The replacements of these rows lead back to this model: none would be left.");
    }
    return !closing.empty();
  }

  void collect_cycle(const ModelId& start, std::vector<std::size_t>& closing) const {
    ModelId at = start;
    do {
      if (const Model* planned = plan_.planned(at)) {
        const std::size_t row = by_key_.at(planned->system().external_key);
        if (changes_its_end(planned_[row])) closing.push_back(row);
      }
      at = *next_of(at);
    } while (at != start);
  }

  const std::vector<CatalogRow>& rows_;
  std::vector<PlannedRow>& planned_;
  Instant now_;
  PlannedView plan_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::unordered_map<std::string, std::vector<std::size_t>> naming_;  ///< replacement's key -> rows
  std::deque<std::size_t> to_judge_;
};

}  // namespace

void resolve_replacements(const View& view, const std::vector<CatalogRow>& rows,
                          std::vector<PlannedRow>& planned, Instant now) {
  Resolution(view, rows, planned, now).run();
}

}  // namespace almanac::events
