#include "tests/cli/support/replay.hpp"

#include <algorithm>
#include <stdexcept>

#include "events/codec.hpp"
#include "events/lifecycle.hpp"
#include "events/log/owned_directory.hpp"
#include "projections/view.hpp"
#include "services/api/requests/parse_import.hpp"
#include "services/cli/litellm.hpp"

namespace almanac::cli::test {

namespace json = events::json;
using events::CatalogImported;
using events::Verdict;
using Run = writer::Submission::Run;

namespace {

json::Value text_value(const std::string& text) {
  return {.kind = json::Kind::string, .text = text};
}
json::Value flag_value(bool flag) {
  return {.kind = json::Kind::boolean, .boolean = flag};
}

json::Value& member(json::Value& row, const std::string& name) {
  const auto found = std::find_if(row.members.begin(), row.members.end(),
                                  [&](const auto& each) { return each.first == name; });
  if (found != row.members.end()) return found->second;
  return row.members.emplace_back(name, json::Value{}).second;
}

/// A field of a row, the map's fields that it is made of, and what it becomes when they are gone.
struct Gone {
  const char* field;
  std::vector<std::string> made_of;
  json::Value becomes;
};
const std::vector<Gone>& gone_fields() {
  static const std::vector<Gone> all = {
      {"maxTokensPerRequest", {"max_output_tokens", "max_tokens"}, {}},
      {"supportsStreaming", {"supports_native_streaming", "mode"}, flag_value(true)},
      {"supportsTools", {"supports_function_calling"}, flag_value(false)},
      {"supportsVision", {"supports_vision"}, flag_value(false)},
      {"supportsReasoning", {"supports_reasoning"}, flag_value(false)},
      {"creditMultiplier", {"output_cost_per_token"}, {}},
      {"modelTier", {"output_cost_per_token"}, text_value("standard")},
      {"endOfLifeAt", {"deprecation_date"}, {}},
  };
  return all;
}

bool is_text(const json::Value& entry) {
  const auto* mode = entry.find("mode");
  return mode != nullptr && (mode->text == "chat" || mode->text == "completion" || mode->text == "responses");
}

const json::Value* provider_of(const json::Value& entry) {
  return entry.find("litellm_provider");
}

bool says(const std::pair<std::string, std::string>& error, const char* pointer, const char* words) {
  return error.first == pointer && error.second.find(words) != std::string::npos;
}

events::ImportCatalog command_of(const std::vector<json::Value>& rows) {
  json::Value body{.kind = json::Kind::object};
  body.members = {{"mode", text_value("apply")}, {"rows", {.kind = json::Kind::array, .items = rows}}};
  return api::parse_import(body).command;
}

}  // namespace

Replay::Replay(events::Instant begin) : desk({}, writer::test::Desk::Start::later) {
  desk.clock.set(begin);
  if (const auto started = desk.start(); !started) throw std::runtime_error(started.error().what);
  watch_ = std::make_unique<writer::test::Watch>(desk);
  watch_->begin();
}

std::optional<events::Model> Replay::model(const std::string& key) const {
  const auto snapshot = desk.projector->latest();
  const projections::RowsView view(*snapshot);
  const auto id = view.by_external_key(key);
  return id ? view.model(*id) : std::nullopt;
}

void Replay::move_to(const Snapshot& snapshot) {
  desk.clock.pass(snapshot.at.ms - desk.clock.wall().ms);
  watch_->look();
  fold(map_, snapshot);
}

void Replay::take(const Snapshot& snapshot) {
  move_to(snapshot);
  import_changes(snapshot);
}

CatalogImported Replay::import_file() {
  const auto rows = litellm_rows(text_of(map_), {}).value().rows;
  for (const json::Value& row : rows)
    names_[row.find("externalKey")->text] = row.find("displayName")->text;
  return import(rows, Run::real);
}

CatalogImported Replay::import_changes(const Snapshot& snapshot) {
  std::map<std::string, Touched> touched;
  Rows rows;
  for (const Change& change : snapshot.changes) {
    if (change.kind == Change::Kind::removed) {
      const auto standing = model(change.model);
      if (!standing || own_state(*standing, now()) == events::LifecycleState::end_of_life) continue;
      ++counts.removals;
      rows.push_back({.kind = json::Kind::object,
                      .members = {{"externalKey", text_value(change.model)},
                                  {"endOfLifeAt", text_value(snapshot.at.text())}}});
      continue;
    }
    Touched& of_model = touched[change.model];
    of_model.whole = change.kind == Change::Kind::listed;
    for (const auto& [field, from_to] : change.value.members) {
      if (!of_model.whole && from_to.items.at(1).kind == json::Kind::null) of_model.gone.insert(field);
    }
  }
  add_renamed(touched);
  for (json::Value& row : rows_of(touched))
    rows.push_back(std::move(row));
  amend_by_plan(rows);
  const auto imported = import(rows, Run::real);
  count(imported);
  return imported;
}

void Replay::leave_in(const std::filesystem::path& data) {
  watch_.reset();
  desk.close();
  if (const auto owned = log::OwnedDirectory::open(data, log::data_directory); !owned)
    throw std::runtime_error(owned.error().what);
  std::filesystem::copy(desk.directory() / "log", data / "log", std::filesystem::copy_options::recursive);
}

/// A model that comes can take from another the name that it had alone.
void Replay::add_renamed(std::map<std::string, Touched>& touched) {
  std::vector<std::pair<std::string, std::string>> keys_providers;
  for (const auto& [key, entry] : map_) {
    if (is_text(entry)) keys_providers.emplace_back(key, provider_of(entry)->text);
  }
  const auto names = litellm_names(keys_providers);
  std::map<std::string, std::string> now;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& key = keys_providers[i].first;
    const auto before = names_.find(key);
    if (before != names_.end() && before->second != names[i]) touched.try_emplace(key);
    now.emplace(key, names[i]);
  }
  names_ = std::move(now);
}

Replay::Rows Replay::rows_of(const std::map<std::string, Touched>& touched) {
  ModelMap changed;
  for (const auto& [key, how] : touched)
    changed.emplace(key, map_.at(key));
  auto converted = litellm_rows(text_of(changed), {}).value();
  counts.held_back += converted.held_back.size();
  for (json::Value& row : converted.rows) {
    const std::string key = row.find("externalKey")->text;
    member(row, "displayName") = text_value(names_.at(key));
    const Touched& how = touched.at(key);
    for (const Gone& each : gone_fields()) {
      const bool gone =
          how.whole || std::any_of(each.made_of.begin(), each.made_of.end(),
                                   [&](const auto& field) { return how.gone.count(field) != 0; });
      if (gone && row.find(each.field) == nullptr) member(row, each.field) = each.becomes;
    }
  }
  return std::move(converted.rows);
}

void Replay::amend_by_plan(Rows& rows) {
  Rows reopened;
  for (const auto& verdict : import(rows, Run::dry).rows) {
    for (const auto& error : verdict.errors) {
      if (says(error, "/creditMultiplier", "a mistake of units")) {
        member(rows[verdict.row], "confirm") = flag_value(true);
        ++counts.confirmed;
      } else if (says(error, "/endOfLifeAt", "Delete its deprecation first")) {
        reopened.push_back(
            {.kind = json::Kind::object,
             .members = {{"externalKey", text_value(verdict.external_key)}, {"endOfLifeAt", {}}}});
      }
    }
  }
  if (reopened.empty()) return;
  counts.reopened += reopened.size();
  import(reopened, Run::real);
}

CatalogImported Replay::import(const Rows& rows, Run run) {
  writer::Submission submission{.command = command_of(rows), .caller = writer::test::operator_of_catalogue()};
  submission.run = run;
  const auto outcome = desk.run(std::move(submission));
  if (const auto* written = std::get_if<writer::Written>(&outcome)) {
    const auto last = desk.engine->read(written->last, 1).value();
    return std::get<CatalogImported>(events::decode(last.front().record.bytes).value().event.payload);
  }
  return writer::test::as<writer::Unchanged>(outcome).import.value();
}

void Replay::count(const CatalogImported& imported) {
  ++counts.imports;
  counts.rows += imported.rows.size();
  for (const auto& row : imported.rows) {
    if (row.verdict == Verdict::create) ++counts.created;
    if (row.verdict == Verdict::update) ++counts.updated;
    if (row.verdict == Verdict::unchanged) ++counts.unchanged;
    if (row.verdict == Verdict::rejected) ++counts.rejected[row.errors.front().first];
  }
}

}  // namespace almanac::cli::test
