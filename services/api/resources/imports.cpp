#include <array>
#include <map>

#include "events/evolve.hpp"
#include "projections/view.hpp"
#include "services/api/answers/answer.hpp"
#include "services/api/answers/model_changes.hpp"
#include "services/api/requests/parse_import.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

using events::CatalogImported;
using events::Model;
using events::ModelId;
using events::Position;
using events::RowVerdict;
using events::Verdict;
using Run = writer::Submission::Run;

/// By Verdict; behind them what only an answer says, see verdict_of.
constexpr std::array<std::string_view, 5> verdicts{"create", "update", "unchanged", "rejected", "delete"};
constexpr std::size_t deleted = 4;

/// The models of an import before and after it: by the history when it was written, by folding what it would
/// write when it was not.
class BeforeAndAfter {
 public:
  BeforeAndAfter(const Settled& settled, const CatalogImported& import)
      : view_(settled.moment.rows), written_(settled.written), first_(import.first_position) {
    if (settled.unchanged == nullptr) return;
    Position next = settled.unchanged->at.value_or(0) + 1;
    for (const events::Event& event : settled.unchanged->would_write) {
      if (!event.subject) continue;
      events::Recorded recorded;
      recorded.event = event;
      recorded.stamp.position = next++;
      recorded.stamp.time = settled.moment.t;
      auto [place, fresh] = would_be_.try_emplace(*event.subject);
      if (fresh) place->second = view_.model(*event.subject);
      recorded.stamp.stream_version = place->second ? place->second->version + 1 : 1;
      place->second = events::evolve(place->second, recorded);
    }
  }

  std::vector<ModelChange> changes(const ModelId& id, events::Instant t) const {
    std::optional<Model> before;
    if (written_ == nullptr)
      before = view_.model(id);
    else if (first_ > 0)
      before = view_.model_as_of(id, first_ - 1);
    if (before && before->deleted) before.reset();
    const auto is = after(id);
    if (!is || is->deleted) return {};
    return model_changes(before ? &*before : nullptr, *is, t);
  }

  bool is_deleted(const ModelId& id) const {
    const auto is = after(id);
    return is && is->deleted;
  }

 private:
  std::optional<Model> after(const ModelId& id) const {
    if (written_ != nullptr) return view_.model_as_of(id, written_->last);
    const auto found = would_be_.find(id);
    return found != would_be_.end() ? found->second : std::nullopt;
  }

  projections::RowsView view_;
  const writer::Written* written_;
  Position first_;
  std::map<ModelId, std::optional<Model>> would_be_;
};

/// Which of `verdicts`. A revert deletes what its batch created; its event calls that `update` too, since its
/// released schema has no word for it, and the events before it say ModelDeleted.
std::size_t verdict_of(const CatalogImported& import, const RowVerdict& row, const BeforeAndAfter& models) {
  const bool may_be_deleted = import.reverts && row.verdict == Verdict::update && row.model;
  return may_be_deleted && models.is_deleted(*row.model) ? deleted : static_cast<std::size_t>(row.verdict);
}

void render_row(std::string& out, const RowVerdict& row, std::size_t verdict, const BeforeAndAfter& models,
                const Settled& settled) {
  Members m(out);
  m.number("row", std::uint64_t{row.row});
  m.text("externalKey", std::string_view(row.external_key));
  // A model that a plan would create has no id yet.
  const bool exists = row.model && (settled.written != nullptr || row.verdict != Verdict::create);
  exists ? m.plain("modelId", row.model->text()) : m.null("modelId");
  m.plain("verdict", verdicts[verdict]);
  std::string& changes = m.name("changes");
  changes.push_back('[');
  const bool changed = row.verdict == Verdict::create || row.verdict == Verdict::update;
  if (row.model && changed) {
    bool first = true;
    for (const ModelChange& change : models.changes(*row.model, settled.moment.t)) {
      if (!first) changes.push_back(',');
      first = false;
      Members inner(changes);
      inner.plain("field", change.field);
      inner.raw("from", change.from);
      inner.raw("to", change.to);
      inner.close();
    }
  }
  changes.push_back(']');
  std::string& errors = m.name("errors");
  errors.push_back('[');
  for (std::size_t i = 0; i < row.errors.size(); ++i) {
    if (i != 0) errors.push_back(',');
    Members inner(errors);
    inner.text("pointer", std::string_view(row.errors[i].first));
    inner.text("detail", std::string_view(row.errors[i].second));
    inner.close();
  }
  errors.push_back(']');
  m.close();
}

std::string_view mode_of(const Settled& settled, const CatalogImported& import) {
  if (import.reverts) return "revert";
  return settled.run == Run::dry ? "plan" : "apply";
}

std::string import_json(const Settled& settled, const CatalogImported& import) {
  const BeforeAndAfter models(settled, import);
  std::array<std::uint64_t, verdicts.size()> counts{};
  std::vector<std::size_t> found;
  found.reserve(import.rows.size());
  for (const RowVerdict& row : import.rows)
    ++counts[found.emplace_back(verdict_of(import, row, models))];

  std::string body;
  body.reserve(256 + 512 * import.rows.size());
  Members m(body);
  m.plain("mode", mode_of(settled, import));
  settled.written != nullptr ? m.plain("batchId", import.batch.text()) : m.null("batchId");
  const auto position = settled.written != nullptr ? settled.written->last : settled.unchanged->at;
  position ? m.plain("position", std::to_string(*position)) : m.null("position");
  Members numbers(m.name("counts"));
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    if (i != deleted || import.reverts) numbers.number(verdicts[i], counts[i]);
  numbers.close();
  std::string& rows = m.name("rows");
  rows.push_back('[');
  for (std::size_t i = 0; i < import.rows.size(); ++i) {
    if (i != 0) rows.push_back(',');
    render_row(rows, import.rows[i], found[i], models, settled);
  }
  rows.push_back(']');
  m.close();
  return body;
}

Problem unreadable(std::string why) {
  Problem problem{ProblemKind::unavailable,
                  "The import was applied; its answer cannot be read from the log now: " + std::move(why) +
                      " Send the request again under the same Idempotency-Key."};
  problem.headers = "Retry-After: 1\r\n";
  problem.member("outcome", "unknown");
  return problem;
}

}  // namespace

Intent parse_post_import(const std::optional<events::Uuid>&, const Query&, const events::json::Value& body) {
  ParsedImport parsed = parse_import(body);
  return {std::move(parsed.command), parsed.mode == ImportMode::plan ? Run::dry : Run::real};
}

Intent parse_post_revert(const std::optional<events::Uuid>& batch, const Query&, const events::json::Value&) {
  return {events::RevertImport{*batch}};
}

Response render_import(const Settled& settled) {
  if (settled.written == nullptr)
    return json_response(import_json(settled, settled.unchanged->import.value_or(CatalogImported{})));
  // The verdicts stand in the event that ends the append: the same for the first answer and any later one.
  const auto ending = settled.service.read_events(settled.written->last, 1);
  if (!ending) return unreadable(ending.error()).response({});
  const auto* import =
      ending->empty() ? nullptr : std::get_if<CatalogImported>(&ending->front().event.payload);
  if (import == nullptr) return unreadable("no import ends there.").response({});
  return json_response(import_json(settled, *import));
}

}  // namespace almanac::api
