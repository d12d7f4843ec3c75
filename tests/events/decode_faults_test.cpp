#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/codec.hpp"
#include "tests/events/support/recorded_events.hpp"
#include "tests/events/support/samples.hpp"

using namespace almanac::events;
using namespace almanac::events::testing;
using ::testing::HasSubstr;

namespace {

using Why = NotAnEvent::Why;

RecordFields sample_fields() {
  return *fields_of(encode(sample_recorded()).bytes);
}
RecordFields fields_with(std::string_view name, std::string text) {
  RecordFields fields = sample_fields();
  for (auto& header : fields.headers) {
    if (header.first == name) header.second = text;
  }
  return fields;
}
/// The sample with one piece of its value put in place of another.
RecordFields value_with(std::string_view piece, std::string_view other) {
  RecordFields fields = sample_fields();
  const auto at = fields.value.find(piece);
  if (at == std::string::npos) throw std::logic_error("the sample has no " + std::string(piece));
  fields.value.replace(at, piece.size(), other);
  return fields;
}
RecordFields fields_of_event(Event event) {
  Recorded recorded = sample_recorded();
  recorded.event = std::move(event);
  return *fields_of(encode(recorded).bytes);
}

NotAnEvent refused(RecordFields fields) {
  const auto read = decode(seal(std::move(fields)).bytes);
  if (read) {
    ADD_FAILURE() << "was taken";
    return {};
  }
  return read.error();
}
void expect_foreign(RecordFields fields, const std::string& naming) {
  const NotAnEvent no = refused(std::move(fields));
  EXPECT_EQ(no.why, Why::foreign) << naming;
  EXPECT_THAT(no.detail, HasSubstr(naming));
}
void expect_unknown(RecordFields fields, const std::string& naming) {
  const NotAnEvent no = refused(std::move(fields));
  EXPECT_EQ(no.why, Why::unknown) << naming;
  EXPECT_THAT(no.detail, HasSubstr(naming));
}

TEST(Decode, sets_aside_what_is_no_record) {
  EXPECT_EQ(decode("").error().why, Why::foreign);
  EXPECT_EQ(decode("hello").error().why, Why::foreign);
}

TEST(Decode, sets_aside_a_record_that_lacks_an_attribute) {
  const std::vector<std::string> optional{"ce_causationid", "ce_idempotencykey", "ce_organization",
                                          "ce_reason",      "ce_subject",        "ce_traceparent"};
  for (const auto& [name, text] : sample_fields().headers) {
    if (std::find(optional.begin(), optional.end(), name) != optional.end()) continue;
    RecordFields fields = sample_fields();
    std::erase_if(fields.headers, [&name = name](const auto& header) { return header.first == name; });
    expect_foreign(std::move(fields), name + " is missing");
  }
}

TEST(Decode, sets_aside_a_record_with_a_malformed_attribute) {
  const std::vector<std::pair<std::string, std::string>> malformed{
      {"ce_actor", ""},
      {"ce_actor", "\xFF"},
      {"ce_causationid", "041"},
      {"ce_causationid", "-1"},
      {"ce_correlationid", "01900000-0000-7000-8000-00000000000A"},
      {"ce_dataschema", "urn:almanac:schema:ModelCreated"},
      {"ce_dataschema", "urn:almanac:schema:ModelCreated:v01"},
      {"ce_epoch", ""},
      {"ce_epoch", "18446744073709551616"},
      {"ce_id", "7"},
      {"ce_idempotencykey", std::string(129, '0')},
      {"ce_organization", ""},
      {"ce_partitionkey", "org:other"},
      {"ce_prevhash", std::string(64, 'F')},
      {"ce_reason", "\xC3"},
      {"ce_sequence", "42"},
      {"ce_sequence", "0000000000000000004 "},
      {"ce_source", "/other/01900000-0000-7000-8000-000000000008"},
      {"ce_specversion", "1.1"},
      {"ce_streamversion", "1.0"},
      {"ce_subject", "model"},
      {"ce_time", "2026-11-22T10:00:00Z"},
      {"ce_time", "2026-11-22T11:00:00.000+01:00"},
      {"ce_time", "2026-02-30T10:00:00.000Z"},
      {"ce_traceparent", "\x80"},
      {"ce_type", "com.example.ModelCreated.v1"},
      {"ce_type", "dev.almanac.ModelCreated.v0"},
      {"ce_type", "dev.almanac..v1x"},
      {"content-type", "application/xml"}};
  for (const auto& [name, text] : malformed)
    expect_foreign(fields_with(name, text), name + " is malformed");
}

TEST(Decode, sets_aside_a_schema_of_another_type) {
  expect_foreign(fields_with("ce_dataschema", "urn:almanac:schema:ModelDeleted:v1"),
                 "ce_dataschema is not that of ce_type");
}

TEST(Decode, names_every_fault_of_an_envelope) {
  RecordFields fields = fields_with("ce_id", "x");
  std::erase_if(fields.headers, [](const auto& header) { return header.first == "ce_time"; });
  EXPECT_EQ(refused(fields).detail, "ce_id is malformed: x; ce_time is missing");
}

TEST(Decode, stops_at_a_type_or_version_that_is_not_known) {
  RecordFields fields = fields_with("ce_type", "dev.almanac.ModelPainted.v1");
  for (auto& [name, text] : fields.headers) {
    if (name == "ce_dataschema") text = "urn:almanac:schema:ModelPainted:v1";
  }
  expect_unknown(fields, "type ModelPainted version 1 is not known");
  fields = fields_with("ce_type", "dev.almanac.ModelCreated.v2");
  for (auto& [name, text] : fields.headers) {
    if (name == "ce_dataschema") text = "urn:almanac:schema:ModelCreated:v2";
  }
  expect_unknown(fields, "type ModelCreated version 2 is not known");
}

TEST(Decode, stops_at_a_header_that_is_not_known) {
  RecordFields fields = sample_fields();
  fields.headers.emplace_back("ce_colour", "red");
  fields.headers.emplace_back("zz", "");
  expect_unknown(fields, "header ce_colour is not known to this build; header zz is not known");
}

TEST(Decode, stops_at_a_value_that_is_not_our_json) {
  for (const std::string value :
       {"", "[]", "null", "{", R"({"effectiveAt": 1})", "{}{}", "{\"a\":\"\xFF\"}"}) {
    RecordFields fields = sample_fields();
    fields.value = value;
    expect_unknown(fields, "value");
  }
}

TEST(Decode, names_every_fault_of_a_value) {
  RecordFields fields = value_with(R"("creditMultiplier":"1.5","modelTier":"standard")",
                                   R"("creditMultiplier":1.5,"modelTier":"gold")");
  const auto at = fields.value.find(R"("enabled":true)");
  fields.value.replace(at, 14, R"("enabled":"yes","colour":"red")");
  EXPECT_EQ(refused(fields).detail,
            "/creditMultiplier is not a multiplier as decimal text; /modelTier is not a tier; "
            "/model/enabled is not true or false; /model/colour is not known to this build");
}

TEST(Decode, stops_at_a_member_that_is_missing_twice_or_out_of_its_place) {
  expect_unknown(value_with(R"("provider":"p",)", ""), "/provider is missing");
  expect_unknown(value_with(R"("provider":"p",)", R"("provider":"p","provider":"p",)"), "a member twice");
  expect_unknown(value_with(R"("provider":"p","modelName":"m")", R"("modelName":"m","provider":"p")"),
                 "has its members in another order");
}

TEST(Decode, stops_at_a_value_written_in_another_way_than_ours) {
  expect_unknown(value_with("10:00:00.000Z", "10:00:00Z"), "/effectiveAt is not a time");
  expect_unknown(value_with(R"("1.5")", R"("1.50")"), "/creditMultiplier is not a multiplier");
  expect_unknown(value_with(R"("1.5")", R"("10001")"), "/creditMultiplier is not a multiplier");
  expect_unknown(value_with(R"("contextWindow":null)", R"("contextWindow":4096.0)"),
                 "/model/contextWindow is not a whole number");
  expect_unknown(value_with(R"("contextWindow":null)", R"("contextWindow":-0)"),
                 "/model/contextWindow is not a whole number");
  expect_unknown(value_with(R"("Support")", R"("Sup\u0070ort")"), "an escape");
}

TEST(Decode, stops_where_envelope_and_value_disagree) {
  expect_unknown(fields_with("ce_streamversion", "0"), "ce_streamversion does not fit");
  RecordFields fields = sample_fields();
  std::erase_if(fields.headers, [](const auto& header) { return header.first == "ce_subject"; });
  expect_unknown(fields, "ce_subject does not fit");
  expect_unknown(value_with(R"("pricedBy":"01900000-0000-7000-8000-000000000002")",
                            R"("pricedBy":"01900000-0000-7000-8000-000000000003")"),
                 "/pricedBy is not the system model");
  expect_unknown(fields_of_event({.payload = LogCreated{.log_id = id(1)}}),
                 "/logId is not that of ce_source");
  expect_unknown(fields_of_event({.payload = WriterClaimed{.epoch = 6}}), "/epoch is not ce_epoch");
  expect_unknown(fields_of_event({.organization = "acme", .payload = LogSealed{}}),
                 "ce_organization does not fit");
  fields = fields_of_event({.payload = CatalogImported{.batch = id(1)}});
  for (auto& [name, text] : fields.headers) {
    if (name == "ce_subject") text = id(2).text();
  }
  expect_unknown(fields, "/batchId is not ce_subject");
}

TEST(Decode, stops_at_a_key_of_another_owner) {
  RecordFields fields = fields_with("ce_partitionkey", "org:other");
  fields.key = "org:other";
  expect_unknown(fields, "key org:other does not fit the event");
}

TEST(Decode, stops_at_an_import_whose_counts_are_not_those_of_its_rows) {
  RecordFields fields = fields_of_event(
      {.payload = CatalogImported{.batch = id(1), .rows = {{0, "p/m", id(2), Verdict::create, {}}}}});
  const auto at = fields.value.find(R"("create":1)");
  fields.value.replace(at, 10, R"("create":2)");
  expect_unknown(fields, "/counts does not count the rows");
}

TEST(Decode, stops_at_a_log_of_another_format) {
  expect_unknown(fields_of_event({.payload = LogCreated{.log_id = id(8), .format = 2}}), "/format is not 1");
}

/// What evolve would silently leave as it is.
TEST(Decode, stops_at_a_change_that_such_a_model_cannot_have) {
  const auto user = [](FieldChange change) {
    Event event = user_created(id(1), id(2), sample_recorded().stamp.time);
    event.payload = ModelUpdated{{std::move(change)}};
    return fields_of_event(std::move(event));
  };
  const std::string text = "text";
  expect_unknown(user({Field::display_name, text, {}}), "/changes/0/to is not a string");
  expect_unknown(user({Field::parent_model_id, id(1).text(), text}), "/changes/0/to is not an id");
  expect_unknown(user({Field::context_window, {}, text}), "/changes/0/to is not a number");
  expect_unknown(user({Field::supports_streaming, {}, std::int64_t{1}}),
                 "/changes/0/to is not true or false");
  expect_unknown(user({Field::provider, text, text}), "/changes/0/field is not a field of such a model");
  Event system{id(1), {}, {}, std::nullopt, ModelUpdated{{{Field::supports_tools, {}, true}}}};
  expect_unknown(fields_of_event(system), "/changes/0/from is not true or false");
  system.payload = ModelUpdated{{{Field::supports_tools, true, false}, {Field::supports_tools, false, true}}};
  expect_unknown(fields_of_event(system), "/changes/1/field is out of its order or there twice");
  system.payload = ModelUpdated{};
  expect_unknown(fields_of_event(system), "/changes holds no change");
}

}  // namespace
