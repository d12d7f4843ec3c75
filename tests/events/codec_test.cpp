#include "events/codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "events/envelope.hpp"
#include "tests/events/support/json_values.hpp"
#include "tests/events/support/recorded_events.hpp"
#include "tests/events/support/samples.hpp"

using namespace almanac::events;
using namespace almanac::events::testing;

namespace {

constexpr std::size_t types = std::variant_size_v<Payload>;

TEST(Codec, reads_every_event_of_every_type_as_it_was_written_and_writes_the_same_bytes_again) {
  for (std::size_t type = 0; type < types; ++type) {
    const bool held = rc::check("type " + std::to_string(type), [type] {
      const Recorded recorded = arbitrary_recorded(type);
      const Record record = encode(recorded);
      const auto again = decode(record.bytes);
      if (!again) RC_FAIL(again.error().detail);
      RC_ASSERT(*again == recorded);
      RC_ASSERT(encode(*again).bytes == record.bytes);
      RC_ASSERT(record.hash == sha256(record.bytes));
    });
    EXPECT_TRUE(held) << type;
  }
}

RC_GTEST_PROP(Codec, takes_no_bytes_that_it_would_not_write, ()) {
  std::string bytes = encode(arbitrary_recorded(*rc::gen::inRange<std::size_t>(0, types))).bytes;
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << *rc::gen::inRange(0, 8)));
  const auto read = decode(bytes);
  if (read) RC_ASSERT(encode(*read).bytes == bytes);
}

RC_GTEST_PROP(Codec, takes_no_record_that_was_cut_short, ()) {
  const std::string bytes = encode(sample_recorded()).bytes;
  const auto length = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT(!decode(std::string_view(bytes).substr(0, length)));
}

TEST(Codec, writes_a_value_that_is_json_and_holds_the_value_alone) {
  const Recorded recorded = sample_recorded();
  EXPECT_EQ(fields_of(encode(recorded).bytes)->value, encode_value(recorded.event));
  EXPECT_EQ(encode_value(recorded.event),
            R"({"effectiveAt":"2026-11-22T10:00:00.000Z","pricedBy":"01900000-0000-7000-8000-000000000002",)"
            R"("creditMultiplier":"1.5","modelTier":"standard","provider":"p","modelName":"m","model":{)"
            R"("parentModelId":"01900000-0000-7000-8000-000000000002","displayName":"Support",)"
            R"("contextWindow":null,"maxTokensPerRequest":null,"supportsStreaming":null,"enabled":true,)"
            R"("systemPromptId":null,"systemPrompt":null,"metadata":null}})");
}

TEST(Codec, keeps_every_attribute_in_its_header) {
  const auto fields = fields_of(encode(sample_recorded()).bytes);
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields->header("ce_specversion"), "1.0");
  EXPECT_EQ(*fields->header("ce_type"), "dev.almanac.ModelCreated.v1");
  EXPECT_EQ(*fields->header("ce_dataschema"), "urn:almanac:schema:ModelCreated:v1");
  EXPECT_EQ(*fields->header("ce_sequence"), "00000000000000000042");
  EXPECT_EQ(*fields->header("ce_epoch"), "7");
  EXPECT_EQ(*fields->header("ce_source"), "/almanac/01900000-0000-7000-8000-000000000008");
  EXPECT_EQ(*fields->header("ce_subject"), "01900000-0000-7000-8000-000000000001");
  EXPECT_EQ(*fields->header("ce_causationid"), "41");
  EXPECT_EQ(*fields->header("ce_organization"), "acme");
  EXPECT_EQ(*fields->header("ce_partitionkey"), "org:acme");
  EXPECT_EQ(*fields->header("ce_idempotencykey"), std::string(64, '0') + ":" + std::string(64, '0'));
  EXPECT_EQ(*fields->header("content-type"), "application/json");
  EXPECT_EQ(fields->headers.size(), 20U);
}

TEST(Codec, keys_a_record_by_whom_it_belongs_to) {
  Event event = user_created(id(1), id(2), {});
  EXPECT_EQ(key_of(event), "org:acme");
  EXPECT_EQ(key_of(system_created(id(1), {})), "catalogue");
  EXPECT_EQ(key_of({.payload = CatalogImported{}}), "catalogue");
  EXPECT_EQ(key_of({.payload = LogCreated{}}), "log");
  EXPECT_EQ(key_of({.payload = WriterClaimed{}}), "log");
  EXPECT_EQ(key_of({.payload = LogSealed{}}), "log");
}

json::Value shown(const Recorded& recorded, Visible::Attributes attributes) {
  const Record record = encode(recorded);
  return json::parsed(structured(*view_of(record.bytes), record.hash, {attributes}));
}

TEST(Structured, shows_attributes_without_prefix_with_the_hash_and_the_value_as_data) {
  const Recorded recorded = sample_recorded();
  const json::Value event = shown(recorded, Visible::Attributes::tenant);
  EXPECT_EQ(event.find("specversion")->text, "1.0");
  EXPECT_EQ(event.find("type")->text, "dev.almanac.ModelCreated.v1");
  EXPECT_EQ(event.find("sequence")->text, "00000000000000000042");
  EXPECT_EQ(event.find("reason")->text, "Because \"we\" can");
  EXPECT_EQ(event.find("datacontenttype")->text, "application/json");
  EXPECT_EQ(event.find("hash")->text, hex(encode(recorded).hash));
  EXPECT_EQ(json::written(*event.find("data")), encode_value(recorded.event));
  EXPECT_EQ(event.find("content-type"), nullptr);
  EXPECT_EQ(event.find("ce_type"), nullptr);
}

TEST(Structured, never_shows_an_idempotency_key) {
  for (const auto attributes : {Visible::Attributes::tenant, Visible::Attributes::all})
    EXPECT_EQ(shown(sample_recorded(), attributes).find("idempotencykey"), nullptr);
}

TEST(Structured, shows_a_tenant_all_of_its_own_events) {
  const json::Value event = shown(sample_recorded(), Visible::Attributes::tenant);
  EXPECT_EQ(event.find("actor")->text, "member:m-1");
  EXPECT_NE(event.find("traceparent"), nullptr);
  EXPECT_NE(event.find("correlationid"), nullptr);
}

TEST(Structured, shows_a_tenant_no_person_and_no_trace_behind_the_catalogue) {
  Recorded recorded = sample_recorded();
  recorded.event = system_created(id(1), recorded.stamp.time);
  const json::Value event = shown(recorded, Visible::Attributes::tenant);
  EXPECT_EQ(event.find("actor")->text, "operator");
  EXPECT_EQ(event.find("traceparent"), nullptr);
  EXPECT_EQ(event.find("correlationid"), nullptr);
  const json::Value whole = shown(recorded, Visible::Attributes::all);
  EXPECT_EQ(whole.find("actor")->text, "member:m-1");
  EXPECT_NE(whole.find("traceparent"), nullptr);
  EXPECT_NE(whole.find("correlationid"), nullptr);
}

}  // namespace
