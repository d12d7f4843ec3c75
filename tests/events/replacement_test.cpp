#include "events/replacement.hpp"

#include <algorithm>

#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

/// A capable model and one that is less in every respect.
World two_models() {
  World world;
  world.append(
      {system_created(id(1), start(), "more",
                      [](SystemFields& own, Price&) { own.tools = own.vision = own.reasoning = true; }),
       system_created(id(2), start(), "less", [](SystemFields& own, Price& price) {
         own.context_window = 100;
         own.max_tokens = 10;
         own.streaming = false;
         price = {times("2"), Tier::premium};
       })});
  return world;
}
std::vector<std::string> fields(const std::vector<Fault>& warnings) {
  std::vector<std::string> out;
  for (const Fault& warning : warnings)
    out.push_back(warning.pointer);
  return out;
}

TEST(ReplacementWarnings, name_everything_that_is_worse) {
  const World world = two_models();
  EXPECT_EQ(
      fields(replacement_warnings(world.at(id(1)), world.at(id(2)), world, start())),
      (std::vector<std::string>{"contextWindow", "maxTokensPerRequest", "supportsStreaming", "supportsTools",
                                "supportsVision", "supportsReasoning", "modelTier", "creditMultiplier"}));
}

TEST(ReplacementWarnings, are_none_for_a_better_model) {
  const World world = two_models();
  EXPECT_TRUE(replacement_warnings(world.at(id(2)), world.at(id(1)), world, start()).empty());
}

TEST(ReplacementWarnings, compare_what_user_models_effectively_have) {
  World world = two_models();
  world.append(
      {user_created(id(3), id(1), start()),
       user_created(id(4), id(1), start(), "acme", [](UserFields& own) { own.context_window = 50; })});
  EXPECT_EQ(fields(replacement_warnings(world.at(id(3)), world.at(id(4)), world, start())),
            std::vector<std::string>{"contextWindow"});
}

TEST(ReplacementWarnings, say_nothing_of_what_is_not_known) {
  World world = two_models();
  world.append({system_created(id(3), start(), "unknown", [](SystemFields& own, Price& price) {
    own.max_tokens.reset();
    price.multiplier.reset();
    own.tools = own.vision = own.reasoning = true;
  })});
  EXPECT_TRUE(replacement_warnings(world.at(id(1)), world.at(id(3)), world, start()).empty());
  EXPECT_TRUE(replacement_warnings(world.at(id(3)), world.at(id(1)), world, start()).empty());
}

TEST(ReplacementWarnings, know_the_price_that_holds_by_then) {
  World world = two_models();
  world.append({{id(1),
                 {},
                 after_start(day),
                 std::nullopt,
                 ModelRepriced{{times("1.5"), Tier::standard}, {times("9"), Tier::premium}}}});
  const auto found = fields(replacement_warnings(world.at(id(1)), world.at(id(2)), world, after_start(day)));
  EXPECT_EQ(std::count(found.begin(), found.end(), "creditMultiplier"), 0);
}

TEST(ModelsRead, are_the_model_its_parent_and_their_replacements) {
  World world = two_models();
  world.append({user_created(id(3), id(1), start())});
  world.append({{id(1), {}, start(), std::nullopt, ModelDeprecated{after_start(day), {}, id(2)}}});
  EXPECT_EQ(models_read_by(world, DeleteModel{id(3)}), (std::vector<ModelId>{id(1), id(2), id(3)}));
}

TEST(ModelsRead, end_with_the_first_replacement_however_long_the_chain) {
  World world = two_models();
  world.append({system_created(id(3), start(), "last")});
  world.append({{id(1), {}, start(), std::nullopt, ModelDeprecated{after_start(day), {}, id(2)}},
                {id(2), {}, start(), std::nullopt, ModelDeprecated{after_start(day), {}, id(3)}}});
  EXPECT_EQ(models_read_by(world, DeleteModel{id(1)}), (std::vector<ModelId>{id(1), id(2)}));
}

TEST(ModelsRead, leave_out_what_does_not_exist) {
  const World world = two_models();
  EXPECT_TRUE(models_read_by(world, DeleteModel{id(9)}).empty());
  EXPECT_TRUE(models_read_by(world, create_user(id(9))).empty());
}

TEST(ModelsRead, name_the_new_parent_of_a_patch) {
  World world = two_models();
  world.append({user_created(id(3), id(1), start())});
  EXPECT_EQ(models_read_by(world, change(id(3), {{Field::parent_model_id, id(2).text()}})),
            (std::vector<ModelId>{id(1), id(2), id(3)}));
}

TEST(ModelsRead, of_an_import_are_those_of_its_keys) {
  const World world = two_models();
  ImportCatalog command;
  auto named = row("x");
  named.replacement_external_key = given_as<std::string>("p/less");
  auto keyless = row("more");
  keyless.external_key = {};
  command.rows = {named, keyless};
  EXPECT_EQ(models_read_by(world, command), (std::vector<ModelId>{id(1), id(2)}));
}

TEST(ModelsRead, are_none_of_a_timer_which_fires_itself) {
  const World world = two_models();
  EXPECT_TRUE(models_read_by(world, ReachEndOfLife{id(1), 1}).empty());
}

}  // namespace
}  // namespace almanac::events::testing
