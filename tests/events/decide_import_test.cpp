#include "tests/events/support/imports.hpp"

namespace almanac::events::testing {
namespace {

TEST(ImportCatalog, creates_and_ends_with_its_batch) {
  Scenario scenario;
  scenario.when(import_of({row("a"), row("b")}))
      .then_types({"ModelCreated", "ModelCreated", "CatalogImported"});
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{created, created}));
  EXPECT_EQ(scenario.imported().first_position, 1U);
  EXPECT_EQ(scenario.world().batch(scenario.imported().batch)->stamp.position, 3U);
}

TEST(ImportCatalog, done_twice_writes_nothing_the_second_time) {
  Scenario scenario;
  auto ended = row("a");
  ended.end_of_life_at = given_as(after_start(-day));
  ended.replacement_external_key = given_as<std::string>("p/b");
  ended.deprecation_message = given_as<std::string>("Gone.");
  const auto command = import_of({ended, row("b")});
  scenario.given_done(command).later(day).when(command).then_nothing();
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{unchanged, unchanged}));
  EXPECT_EQ(scenario.imported().batch, BatchId{});
}

TEST(ImportCatalog, takes_the_defaults_of_the_api) {
  Scenario scenario;
  CatalogRow least = row("a");
  least.multiplier = {};
  scenario.when(import_of({least}));
  const Model model = scenario.world().at(*scenario.imported().rows[0].model);
  EXPECT_TRUE(model.enabled);
  EXPECT_TRUE(model.system().streaming);
  EXPECT_FALSE(model.system().tools || model.system().vision || model.system().reasoning);
  EXPECT_FALSE(model.system().recommended);
  EXPECT_FALSE(model.system().max_tokens);
  EXPECT_EQ(model.metadata, "null");
  EXPECT_EQ(model.price, (Price{std::nullopt, Tier::standard}));
}

TEST(ImportCatalog, makes_the_key_of_provider_and_name_where_none_is_given) {
  Scenario scenario;
  CatalogRow keyless = row("a");
  keyless.external_key = {};
  scenario.when(import_of({keyless}));
  EXPECT_EQ(scenario.imported().rows[0].external_key, "p/a");
  keyless.external_key = given_null<std::string>();
  scenario.when(import_of({keyless})).then_nothing();
}

TEST(ImportCatalog, rejects_a_row_that_has_no_key_and_nothing_to_make_it_from) {
  Scenario scenario;
  scenario.when(import_of({CatalogRow{}, row("b")})).then_types({"ModelCreated", "CatalogImported"});
  only_error_at(scenario, 0, "/externalKey");
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{rejected, created}));
}

TEST(ImportCatalog, rejects_a_creation_without_its_required_fields_naming_each) {
  Scenario scenario;
  scenario.when(import_of({keyed("a")})).then_nothing();
  std::vector<std::string> pointers;
  for (const auto& [pointer, detail] : errors(scenario, 0))
    pointers.push_back(pointer);
  EXPECT_EQ(pointers,
            (std::vector<std::string>{"/provider", "/modelName", "/displayName", "/contextWindow"}));
}

TEST(ImportCatalog, keeps_what_is_absent_and_clears_what_is_null) {
  Scenario scenario;
  auto full = row("a");
  full.description = given_as<std::string>("d");
  full.max_tokens = given_as<std::int64_t>(100);
  full.metadata = given_as<std::string>("[1]");
  scenario.given_done(import_of({full}));
  auto change = keyed("a");
  change.description = given_null<std::string>();
  change.multiplier = given_null<Multiplier>();
  scenario.when(import_of({change})).then_types({"ModelUpdated", "ModelRepriced", "CatalogImported"});
  const Model model = scenario.world().at(*scenario.imported().rows[0].model);
  EXPECT_FALSE(model.system().description);
  EXPECT_FALSE(model.price.multiplier);
  EXPECT_EQ(model.system().max_tokens, 100);
  EXPECT_EQ(model.metadata, "[1]");
}

TEST(ImportCatalog, refuses_null_where_nothing_can_be_cleared) {
  Scenario scenario;
  scenario.given_done(import_of({row("a")}));
  auto nulls = keyed("a");
  nulls.display_name = given_null<std::string>();
  nulls.context_window = given_null<std::int64_t>();
  nulls.tools = given_null<bool>();
  nulls.enabled = given_null<bool>();
  nulls.tier = given_null<Tier>();
  scenario.when(import_of({nulls})).then_nothing();
  EXPECT_EQ(errors(scenario, 0).size(), 5U);
}

TEST(ImportCatalog, leaves_a_model_without_a_row_alone) {
  Scenario scenario;
  scenario.given_done(import_of({row("a"), row("b")}));
  scenario.when(import_of({row("a")})).then_nothing();
  EXPECT_TRUE(scenario.world().by_external_key("p/b"));
}

TEST(ImportCatalog, keeps_what_parsing_found_and_judges_the_rest_of_the_row) {
  Scenario scenario;
  auto bad = row("a");
  bad.display_name = given_as<std::string>("");
  bad.provider = {};
  bad.faults = {{"/provider", "must be a string"}};
  scenario.when(import_of({bad})).then_nothing();
  ASSERT_EQ(errors(scenario, 0).size(), 2U);
  EXPECT_EQ(errors(scenario, 0)[0].first, "/provider");
  EXPECT_EQ(errors(scenario, 0)[1].first, "/displayName");
}

TEST(ImportCatalog, rejects_both_rows_of_one_key) {
  Scenario scenario;
  auto second = row("a");
  second.display_name = given_as<std::string>("Second");
  scenario.when(import_of({row("a"), row("b"), second})).then_types({"ModelCreated", "CatalogImported"});
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{rejected, created, rejected}));
  EXPECT_TRUE(mentions(only_error_at(scenario, 0, "/externalKey"), "Row 2"));
  EXPECT_TRUE(mentions(only_error_at(scenario, 2, "/externalKey"), "Row 0"));
}

TEST(ImportCatalog, tells_keys_apart_by_case) {
  Scenario scenario;
  scenario.when(import_of({row("a"), row("A")}));
  EXPECT_EQ(verdicts(scenario.imported()), (Verdicts{created, created}));
}

TEST(ImportCatalog, writes_all_rows_in_the_order_of_the_events) {
  Scenario scenario;
  scenario.given_done(import_of({row("a"), row("b")}));
  auto a = row("a");
  a.multiplier = given_as(times("2"));
  auto b = row("b");
  b.display_name = given_as<std::string>("B");
  auto c = row("c");
  c.end_of_life_at = given_as(after_start(-1));
  b.enabled = given_as(false);
  scenario.when(import_of({a, b, c}))
      .then_types({"ModelCreated", "ModelUpdated", "ModelRepriced", "ModelDisabled", "ModelDeprecated",
                   "ModelReachedEndOfLife", "CatalogImported"});
}

struct PriceStep {
  const char* from;
  const char* to;
  Verdict verdict;
};
class SuspiciousPrice : public ::testing::TestWithParam<PriceStep> {};

TEST_P(SuspiciousPrice, is_rejected_from_a_hundredfold_on) {
  Scenario scenario;
  auto a = row("a");
  a.multiplier = given_as(times(GetParam().from));
  scenario.given_done(import_of({a}));
  a.multiplier = given_as(times(GetParam().to));
  scenario.when(import_of({a}));
  EXPECT_EQ(verdicts(scenario.imported()), Verdicts{GetParam().verdict});
}

INSTANTIATE_TEST_SUITE_P(
    Steps, SuspiciousPrice,
    ::testing::Values(PriceStep{"1.5", "149.999999", updated}, PriceStep{"1.5", "150", rejected},
                      PriceStep{"150", "1.5", rejected}, PriceStep{"149", "1.5", updated},
                      PriceStep{"0", "0.000001", rejected}, PriceStep{"1", "0", rejected},
                      PriceStep{"0", "0", unchanged}, PriceStep{"0.000001", "0.0001", rejected},
                      PriceStep{"0.000003", "0.000299", updated}));

TEST(ImportCatalog, takes_a_suspicious_price_that_the_row_confirms) {
  Scenario scenario;
  scenario.given_done(import_of({row("a")}));
  auto a = row("a");
  a.multiplier = given_as(times("1500"));
  a.confirm = true;
  scenario.when(import_of({a})).then_types({"ModelRepriced", "CatalogImported"});
}

TEST(ImportCatalog, suspects_no_price_to_or_from_null) {
  Scenario scenario;
  scenario.given_done(import_of({row("a")}));
  auto a = row("a");
  a.multiplier = given_null<Multiplier>();
  scenario.when(import_of({a})).then_types({"ModelRepriced", "CatalogImported"});
  a.multiplier = given_as(times("9999"));
  scenario.when(import_of({a})).then_types({"ModelRepriced", "CatalogImported"});
}

TEST(ImportCatalog, leaves_a_future_price_in_place) {
  Scenario scenario;
  scenario.given_done(import_of({row("a")}));
  const ModelId a = *scenario.world().by_external_key("p/a");
  scenario.given_done(reprice(a, "3", after_start(day)));
  auto dearer = keyed("a");
  dearer.multiplier = given_as(times("2"));
  scenario.when(import_of({dearer})).then_types({"ModelRepriced", "CatalogImported"});
  EXPECT_EQ(scenario.world().at(a).future_price->price.multiplier, times("3"));
}

TEST(ImportCatalog, is_refused_when_the_catalogue_changed_since_the_expected_position) {
  Scenario scenario;
  scenario.given_done(create_system("x"));
  auto command = import_of({row("a")});
  command.expected_position = 0;
  EXPECT_EQ(scenario.when(command).then_refused<CatalogueChanged>().last_change, 1U);
  command.expected_position = 1;
  scenario.when(command).then_types({"ModelCreated", "CatalogImported"});
}

TEST(ImportCatalog, does_not_mind_what_tenants_did_since_the_expected_position) {
  Scenario scenario;
  scenario.given({system_created(id(1), start())}).given_done(create_user(id(1)), member_of("acme"));
  auto command = import_of({row("a")});
  command.expected_position = 1;
  scenario.when(command).then_types({"ModelCreated", "CatalogImported"});
}

TEST(ImportCatalog, needs_the_scope_catalog_write) {
  Scenario scenario;
  EXPECT_EQ(scenario.by(member_of("acme")).when(import_of({})).then_refused<MissingScope>().scope,
            "catalog:write");
}

TEST(ImportCatalog, refuses_more_than_ten_thousand_rows) {
  ImportCatalog command;
  command.rows.resize(10'001);
  Scenario().when(command).then_faults({"/rows"});
}

TEST(ImportCatalog, is_refused_whole_where_parsing_found_the_body_at_fault) {
  auto command = import_of({row("a")});
  command.faults = {{"/mode", "must be plan or apply"}};
  Scenario().when(command).then_faults({"/mode"});
}

}  // namespace
}  // namespace almanac::events::testing
