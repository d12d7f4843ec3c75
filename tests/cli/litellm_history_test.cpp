// Eighteen months of the real LiteLLM map, replayed as imports on a real log: what the catalogue is at the
// end is what the map is at the end, and the accident of January 2026 wipes nothing, or is taken back.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "events/lifecycle.hpp"
#include "tests/cli/support/listed_model.hpp"
#include "tests/cli/support/replay.hpp"

namespace almanac::cli {
namespace {

using events::LifecycleState;
using events::Model;
using test::Change;
using test::Listing;
using test::listing_of;
using test::Replay;
using test::Snapshot;

std::string last_segment(const std::string& key) {
  return key.substr(key.rfind('/') + 1);
}

class LitellmHistory : public testing::Test {
 protected:
  void SetUp() override {
    auto history = test::real_history();
    if (!history) GTEST_SKIP() << "the history of the LiteLLM map is not at ../shared/data";
    history_ = std::move(*history);
  }

  std::vector<Snapshot> history_;
  std::size_t equal_ = 0;
};

TEST_F(LitellmHistory, replayed_as_imports_the_catalogue_equals_the_last_state_of_the_map) {
  std::size_t changes = 0;
  test::ModelMap last;
  std::map<std::string, events::Instant> removed_at;
  Replay replay(history_.front().at);
  for (const Snapshot& snapshot : history_) {
    replay.take(snapshot);
    test::fold(last, snapshot);
    changes += snapshot.changes.size();
    for (const Change& change : snapshot.changes) {
      if (change.kind == Change::Kind::removed) removed_at[change.model] = snapshot.at;
      if (change.kind == Change::Kind::listed) removed_at.erase(change.model);
    }
  }
  EXPECT_EQ(changes, 11'889U);
  EXPECT_EQ(last.size(), 2'982U);

  std::size_t models = 0;
  std::set<std::string> names;
  std::map<std::string, std::set<std::string>> providers_of;
  for (const auto& [key, entry] : last) {
    const Listing listing = listing_of(entry);
    if (listing.no_model_because != "no mode" && listing.no_model_because != "no text model")
      providers_of[last_segment(key)].insert(listing.provider);
  }
  for (const auto& [key, entry] : last) {
    const Listing listing = listing_of(entry);
    if (!listing.no_model_because.empty()) continue;
    ++models;
    const auto model = replay.model(key);
    ASSERT_TRUE(model) << key;
    equal_ += test::expect_listed(*model, key, listing);
    EXPECT_TRUE(names.insert(model->display_name).second) << key << " is named like another";
    EXPECT_NE(model->display_name.find(last_segment(key)), std::string::npos) << key;
    if (providers_of.at(last_segment(key)).size() > 1 && model->display_name != key) {
      EXPECT_NE(model->display_name.find(listing.provider), std::string::npos)
          << key << " is " << model->display_name;
    }
  }
  EXPECT_EQ(models, 2'292U);
  EXPECT_EQ(equal_, 12 * models);

  std::size_t gone = 0;
  for (const auto& [key, at] : removed_at) {
    const auto model = replay.model(key);
    if (!model) continue;
    ++gone;
    ASSERT_TRUE(model->deprecation) << key;
    EXPECT_LE(model->deprecation->end_of_life_at, at) << key;
    EXPECT_EQ(events::own_state(*model, replay.now()), LifecycleState::end_of_life) << key;
  }

  const auto events = replay.desk.events();
  std::map<std::string, std::size_t> by_name;
  for (const auto& recorded : events)
    ++by_name[std::string(events::name_of(recorded.event.payload))];
  const auto again = replay.import_file();
  EXPECT_TRUE(std::none_of(again.rows.begin(), again.rows.end(), [](const auto& row) {
    return row.verdict == events::Verdict::create || row.verdict == events::Verdict::update;
  })) << "the last map, imported as a file, finds nothing to change";
  EXPECT_EQ(replay.desk.events().size(), events.size());

  const auto& counts = replay.counts;
  std::cout << "history: " << changes << " changes, " << counts.imports << " imports, " << counts.rows
            << " rows (" << counts.created << " created, " << counts.updated << " updated, "
            << counts.unchanged << " unchanged; rejected:";
  for (const auto& [pointer, rejected] : counts.rejected)
    std::cout << " " << pointer << " " << rejected;
  std::cout << "), " << counts.held_back << " held back, " << counts.confirmed << " prices confirmed, "
            << counts.reopened << " reopened, " << counts.removals << " removals; " << events.size()
            << " events:";
  for (const auto& [name, number] : by_name)
    std::cout << " " << name << " " << number;
  std::cout << "; at the end " << models << " models, " << equal_ << " fields equal, " << gone
            << " gone models at their end\n";
}

/// The snapshot of 2026-01-06 06:13 UTC touched 2,193 models and wiped 42 retirement dates.
class LitellmAccident : public LitellmHistory {
 protected:
  void SetUp() override {
    LitellmHistory::SetUp();
    if (IsSkipped()) return;
    const auto found = std::find_if(history_.begin(), history_.end(), [](const Snapshot& snapshot) {
      return snapshot.at.text().rfind("2026-01-06T06:13", 0) == 0;
    });
    ASSERT_NE(found, history_.end());
    accident_ = &*found;
    replay_ = std::make_unique<Replay>((found - 1)->at);
    for (auto snapshot = history_.begin(); snapshot != found; ++snapshot)
      fold(before_, *snapshot);
    // The catalogue as it stood: the whole map in one import.
    replay_->move_to({(found - 1)->at, as_listed(before_)});
    replay_->import_file();
    for (const auto& [key, entry] : before_) {
      if (auto model = replay_->model(key)) models_.emplace(key, std::move(*model));
    }
    for (const Change& change : found->changes) {
      touched_ += change.kind == Change::Kind::changed;
      if (change.kind != Change::Kind::changed || models_.count(change.model) == 0) {
        dates_elsewhere_ += wipes(change, "deprecation_date");
        continue;
      }
      if (wipes(change, "deprecation_date")) dated_.push_back(change.model);
      for (const char* flag : {"supports_function_calling", "supports_vision", "supports_reasoning"})
        if (wipes(change, flag)) flagged_.emplace_back(change.model, flag);
    }
  }

  static std::vector<Change> as_listed(const test::ModelMap& map) {
    std::vector<Change> changes;
    for (const auto& [key, entry] : map)
      changes.push_back({Change::Kind::listed, key, entry});
    return changes;
  }
  static bool wipes(const Change& change, const char* field) {
    if (change.kind != Change::Kind::changed) return false;
    const auto* from_to = change.value.find(field);
    return from_to != nullptr && from_to->items.at(1).kind == events::json::Kind::null;
  }
  static bool flag_of(const Model& model, const std::string& name) {
    const auto& own = model.system();
    return name == "supports_vision" ? own.vision : name == "supports_reasoning" ? own.reasoning : own.tools;
  }
  static std::optional<events::Instant> end_of(const Model& model) {
    return model.deprecation ? std::optional(model.deprecation->end_of_life_at) : std::nullopt;
  }

  const Snapshot* accident_ = nullptr;
  test::ModelMap before_;
  std::map<std::string, Model> models_;
  std::unique_ptr<Replay> replay_;
  std::size_t touched_ = 0, dates_elsewhere_ = 0;
  std::vector<std::string> dated_;  ///< models of the catalogue whose date the map lost
  std::vector<std::pair<std::string, std::string>> flagged_;
};

TEST_F(LitellmAccident, a_file_that_lost_dates_and_flags_takes_none_from_the_catalogue) {
  EXPECT_EQ(touched_, 2'193U);
  EXPECT_EQ(dated_.size() + dates_elsewhere_, 42U);
  ASSERT_EQ(dated_.size(), 33U) << "of text models";
  ASSERT_EQ(flagged_.size(), 5U);

  const auto from = replay_->desk.events().size();
  replay_->move_to(*accident_);
  const auto imported = replay_->import_file();
  for (const std::string& key : dated_) {
    EXPECT_EQ(end_of(*replay_->model(key)), end_of(models_.at(key))) << key;
    EXPECT_TRUE(end_of(models_.at(key))) << key;
  }
  for (const auto& [key, flag] : flagged_)
    EXPECT_EQ(flag_of(*replay_->model(key), flag), flag_of(models_.at(key), flag)) << key << " " << flag;
  for (const std::string& name : replay_->desk.names(from)) {
    EXPECT_NE(name, "ModelDeprecationCancelled");
    EXPECT_NE(name, "ModelRestored");
  }
  const auto changed = std::count_if(imported.rows.begin(), imported.rows.end(),
                                     [](const auto& row) { return row.verdict == events::Verdict::update; });
  std::cout << "accident as a file: " << touched_ << " models touched, " << imported.rows.size() << " rows, "
            << changed << " updated, 0 of " << dated_.size() << " dates and 0 of " << flagged_.size()
            << " flags lost\n";
}

TEST_F(LitellmAccident, imported_with_what_is_gone_said_aloud_it_is_reverted_as_a_batch) {
  replay_->move_to(*accident_);
  const auto imported = replay_->import_changes(*accident_);
  std::size_t wiped = 0, dropped = 0;
  for (const std::string& key : dated_)
    wiped += !end_of(*replay_->model(key));
  for (const auto& [key, flag] : flagged_)
    dropped += flag_of(models_.at(key), flag) && !flag_of(*replay_->model(key), flag);
  EXPECT_EQ(wiped, 33U);
  EXPECT_GT(dropped, 0U);

  const auto outcome = replay_->desk.run(
      {.command = events::RevertImport{imported.batch}, .caller = writer::test::operator_of_catalogue()});
  ASSERT_TRUE(writer::test::is<writer::Written>(outcome));
  for (const auto& [key, before] : models_) {
    const auto after = replay_->model(key);
    ASSERT_TRUE(after) << key;
    EXPECT_EQ(after->display_name, before.display_name) << key;
    EXPECT_EQ(after->own, before.own) << key;
    EXPECT_EQ(after->price, before.price) << key;
    EXPECT_EQ(end_of(*after), end_of(before)) << key;
    EXPECT_EQ(events::own_state(*after, replay_->now()), events::own_state(before, replay_->now())) << key;
  }
  for (const auto& row : imported.rows) {
    if (row.verdict == events::Verdict::create) {
      EXPECT_FALSE(replay_->model(row.external_key)) << row.external_key;
    }
  }
  std::cout << "accident said aloud: " << wiped << " dates and " << dropped
            << " flags wiped; after the revert all " << models_.size() << " models are as before\n";
}

}  // namespace
}  // namespace almanac::cli
