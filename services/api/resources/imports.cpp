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

constexpr std::array<std::string_view, 4> verdicts{"create", "update", "unchanged", "rejected"};

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
    std::optional<Model> after;
    if (written_ != nullptr) {
      if (first_ > 0) before = view_.model_as_of(id, first_ - 1);
      after = view_.model_as_of(id, written_->last);
    } else {
      before = view_.model(id);
      if (const auto found = would_be_.find(id); found != would_be_.end()) after = found->second;
    }
    if (before && before->deleted) before.reset();
    if (!after || after->deleted) return {};
    return model_changes(before ? &*before : nullptr, *after, t);
  }

 private:
  projections::RowsView view_;
  const writer::Written* written_;
  Position first_;
  std::map<ModelId, std::optional<Model>> would_be_;
};

void render_row(std::string& out, const RowVerdict& row, const BeforeAndAfter& models,
                const Settled& settled) {
  Members m(out);
  m.number("row", std::uint64_t{row.row});
  m.text("externalKey", std::string_view(row.external_key));
  // A model that a plan would create has no id yet.
  const bool exists = row.model && (settled.written != nullptr || row.verdict != Verdict::create);
  exists ? m.plain("modelId", row.model->text()) : m.null("modelId");
  m.plain("verdict", verdicts[static_cast<std::size_t>(row.verdict)]);
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
  std::array<std::uint64_t, 4> counts{};
  for (const RowVerdict& row : import.rows)
    ++counts[static_cast<std::size_t>(row.verdict)];

  std::string body;
  body.reserve(256 + 512 * import.rows.size());
  Members m(body);
  m.plain("mode", mode_of(settled, import));
  settled.written != nullptr ? m.plain("batchId", import.batch.text()) : m.null("batchId");
  const auto position = settled.written != nullptr ? settled.written->last : settled.unchanged->at;
  position ? m.plain("position", std::to_string(*position)) : m.null("position");
  Members numbers(m.name("counts"));
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    numbers.number(verdicts[i], counts[i]);
  numbers.close();
  std::string& rows = m.name("rows");
  rows.push_back('[');
  for (std::size_t i = 0; i < import.rows.size(); ++i) {
    if (i != 0) rows.push_back(',');
    render_row(rows, import.rows[i], models, settled);
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
