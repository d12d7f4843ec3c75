#include <gtest/gtest.h>

#include "events/command.hpp"
#include "events/event.hpp"

/// Stored names and those of the API: a change of one of these lines breaks a log or a client.
namespace almanac::events {
namespace {

TEST(Names, of_fields_are_frozen) {
  const std::vector<std::string> frozen{
      "parentModelId",     "displayName",    "contextWindow",     "maxTokensPerRequest",
      "supportsStreaming", "systemPromptId", "systemPrompt",      "metadata",
      "provider",          "modelName",      "externalKey",       "description",
      "supportsTools",     "supportsVision", "supportsReasoning", "isRecommended"};
  for (std::size_t i = 0; i < frozen.size(); ++i) {
    EXPECT_EQ(name_of(static_cast<Field>(i)), frozen[i]);
    EXPECT_EQ(field_named(frozen[i]), static_cast<Field>(i));
  }
  EXPECT_FALSE(field_named("creditMultiplier"));
}

TEST(Names, of_events_are_frozen) {
  EXPECT_EQ(name_of(Payload{LogCreated{}}), "LogCreated");
  EXPECT_EQ(name_of(Payload{ModelCreated{}}), "ModelCreated");
  EXPECT_EQ(name_of(Payload{ModelUpdated{}}), "ModelUpdated");
  EXPECT_EQ(name_of(Payload{ModelRepriceCancelled{}}), "ModelRepriceCancelled");
  EXPECT_EQ(name_of(Payload{ModelRepriced{}}), "ModelRepriced");
  EXPECT_EQ(name_of(Payload{ModelDisabled{}}), "ModelDisabled");
  EXPECT_EQ(name_of(Payload{ModelEnabled{}}), "ModelEnabled");
  EXPECT_EQ(name_of(Payload{ModelDeprecated{}}), "ModelDeprecated");
  EXPECT_EQ(name_of(Payload{ModelDeprecationCancelled{}}), "ModelDeprecationCancelled");
  EXPECT_EQ(name_of(Payload{ModelReachedEndOfLife{}}), "ModelReachedEndOfLife");
  EXPECT_EQ(name_of(Payload{ModelRestored{}}), "ModelRestored");
  EXPECT_EQ(name_of(Payload{ModelDeleted{}}), "ModelDeleted");
  EXPECT_EQ(name_of(Payload{CatalogImported{}}), "CatalogImported");
  EXPECT_EQ(name_of(Payload{WriterClaimed{}}), "WriterClaimed");
  EXPECT_EQ(name_of(Payload{LogSealed{}}), "LogSealed");
}

TEST(Names, of_scopes_are_those_of_the_tokens) {
  for (const char* name :
       {"models:read", "models:write", "catalog:write", "events:read", "events:read:all", "org:admin"}) {
    ASSERT_TRUE(scope_named(name)) << name;
    EXPECT_EQ(name_of(*scope_named(name)), name);
  }
  EXPECT_FALSE(scope_named("models:Read"));
}

TEST(Names, of_plans_and_tiers_are_those_of_the_api) {
  for (const char* name : {"free", "pro", "enterprise"}) {
    ASSERT_TRUE(plan_named(name)) << name;
    EXPECT_EQ(name_of(*plan_named(name)), name);
  }
  EXPECT_FALSE(plan_named("Pro"));
  EXPECT_EQ(tier_named("premium"), Tier::premium);
  EXPECT_EQ(name_of(Tier::standard), "standard");
  EXPECT_FALSE(tier_named(""));
}

}  // namespace
}  // namespace almanac::events
