#include "tests/events/support/imports.hpp"

namespace almanac::events::testing {
namespace {

TEST(ImportOfEnds, tells_an_end_in_the_past_which_schedule_it_is_of) {
  Scenario scenario;
  auto a = row("a");
  auto b = row("b");
  a.end_of_life_at = b.end_of_life_at = given_as(after_start(-1));
  const auto events = scenario.when(import_of({a, b}))
                          .then_types({"ModelCreated", "ModelCreated", "ModelDeprecated", "ModelDeprecated",
                                       "ModelReachedEndOfLife", "ModelReachedEndOfLife", "CatalogImported"});
  EXPECT_EQ(std::get<ModelReachedEndOfLife>(events[4].payload).scheduled_by, 3U);
  EXPECT_EQ(std::get<ModelReachedEndOfLife>(events[5].payload).scheduled_by, 4U);
}

TEST(ImportOfEnds, names_a_replacement_that_a_later_row_creates) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/b");
  scenario.when(import_of({a, row("b")}));
  const auto& rows = scenario.imported().rows;
  EXPECT_EQ(scenario.world().at(*rows[0].model).deprecation->replacement, rows[1].model);
}

TEST(ImportOfEnds, rejects_a_row_whose_replacement_is_unknown) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/none");
  scenario.when(import_of({a})).then_nothing();
  only_error_at(scenario, 0, "/replacementExternalKey");
}

TEST(ImportOfEnds, rejects_down_the_chain_when_a_created_replacement_is_rejected) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/b");
  auto b = row("b");
  b.end_of_life_at = given_as(after_start(day));
  b.replacement_external_key = given_as<std::string>("p/c");
  auto c = row("c");
  c.display_name = given_as<std::string>("");
  scenario.when(import_of({a, b, c})).then_nothing();
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{rejected, rejected, rejected}));
  EXPECT_TRUE(mentions(only_error_at(scenario, 0, "/replacementExternalKey"), "row 1"));
}

TEST(ImportOfEnds, names_the_standing_model_when_the_row_about_it_is_rejected) {
  Scenario scenario;
  scenario.given_done(import_of({row("b")}));
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/b");
  auto b = row("b");
  b.display_name = given_as<std::string>("");
  scenario.when(import_of({a, b}));
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{created, rejected}));
}

TEST(ImportOfEnds, rejects_a_replacement_that_the_same_import_disables) {
  Scenario scenario;
  scenario.given_done(import_of({row("b")}));
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/b");
  auto b = keyed("b");
  b.enabled = given_as(false);
  scenario.when(import_of({a, b}));
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{rejected, updated}));
}

TEST(ImportOfEnds, names_a_replacement_that_the_same_import_restores) {
  Scenario scenario;
  auto a = row("a");
  auto b = row("b");
  a.end_of_life_at = b.end_of_life_at = given_as(after_start(-1));
  scenario.given_done(import_of({a, b}));
  auto named = keyed("a");
  named.replacement_external_key = given_as<std::string>("p/b");
  auto restored = keyed("b");
  restored.end_of_life_at = given_null<Instant>();
  scenario.when(import_of({named, restored}));
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{updated, updated}));
}

TEST(ImportOfEnds, rejects_every_row_of_a_cycle_and_no_other) {
  Scenario scenario;
  std::vector<CatalogRow> rows{row("a"), row("b"), row("c"), row("d")};
  const std::vector<std::string> next{"p/b", "p/c", "p/a", "p/a"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].end_of_life_at = given_as(after_start(day));
    rows[i].replacement_external_key = given_as(next[i]);
  }
  rows.push_back(row("e"));
  scenario.when(import_of(rows));
  // d names a, whose creation fell with the cycle.
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{rejected, rejected, rejected, rejected, created}));
}

TEST(ImportOfEnds, rejects_the_row_that_would_close_a_cycle_with_what_stands) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/b");
  scenario.given_done(import_of({a, row("b")}));
  auto b = keyed("b");
  b.end_of_life_at = given_as(after_start(day));
  b.replacement_external_key = given_as<std::string>("p/a");
  scenario.when(import_of({b})).then_nothing();
  only_error_at(scenario, 0, "/replacementExternalKey");
}

TEST(ImportOfEnds, can_turn_a_replacement_round_in_one_import) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/b");
  scenario.given_done(import_of({a, row("b")}));
  auto free = keyed("a");
  free.end_of_life_at = given_null<Instant>();
  auto b = keyed("b");
  b.end_of_life_at = given_as(after_start(day));
  b.replacement_external_key = given_as<std::string>("p/a");
  scenario.when(import_of({free, b}))
      .then_types({"ModelDeprecated", "ModelDeprecationCancelled", "CatalogImported"});
}

TEST(ImportOfEnds, rejects_itself_as_replacement) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  a.replacement_external_key = given_as<std::string>("p/a");
  scenario.when(import_of({a})).then_nothing();
  only_error_at(scenario, 0, "/replacementExternalKey");
}

TEST(ImportOfEnds, rejects_words_about_an_end_that_has_no_date) {
  Scenario scenario;
  auto a = row("a");
  a.deprecation_message = given_as<std::string>("Soon.");
  a.replacement_external_key = given_as<std::string>("p/b");
  scenario.when(import_of({a, row("b")}));
  EXPECT_EQ(errors(scenario, 0).size(), 2U);
}

TEST(ImportOfEnds, restores_after_the_end_by_a_null_date) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  scenario.given_done(import_of({a})).later(2 * day);
  auto back = keyed("a");
  back.end_of_life_at = given_null<Instant>();
  scenario.when(import_of({back})).then_types({"ModelRestored", "CatalogImported"});
}

TEST(ImportOfEnds, rejects_another_date_after_the_end) {
  Scenario scenario;
  auto a = row("a");
  a.end_of_life_at = given_as(after_start(day));
  scenario.given_done(import_of({a})).later(2 * day);
  a.end_of_life_at = given_as(after_start(9 * day));
  scenario.when(import_of({a})).then_nothing();
  only_error_at(scenario, 0, "/endOfLifeAt");
}

TEST(ImportOfEnds, keeps_the_notice_of_standing_models_unless_confirmed) {
  Scenario scenario;
  scenario.under({Policy::CreateOnDeprecated::allow, 30}).given_done(import_of({row("a")}));
  auto a = keyed("a");
  a.end_of_life_at = given_as(after_start(day));
  scenario.when(import_of({a})).then_nothing();
  only_error_at(scenario, 0, "/endOfLifeAt");
  a.confirm = true;
  scenario.when(import_of({a})).then_types({"ModelDeprecated", "CatalogImported"});
}

TEST(ImportOfEnds, judges_a_long_chain_of_replacements_once_a_row) {
  std::vector<CatalogRow> rows;
  constexpr int length = 2'000;
  for (int i = 0; i < length; ++i) {
    rows.push_back(row(std::to_string(i)));
    rows.back().end_of_life_at = given_as(after_start(day));
    rows.back().replacement_external_key = given_as("p/" + std::to_string((i + 1) % length));
  }
  Scenario scenario;
  scenario.when(import_of(rows)).then_nothing();
  EXPECT_EQ(verdicts(scenario.imported()), Verdicts(length, rejected));
}

}  // namespace
}  // namespace almanac::events::testing
