#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "events/codec.hpp"
#include "events/evolve.hpp"
#include "events/field.hpp"
#include "tests/events/support/json_values.hpp"

// Every line under golden/ was written once and never changes: it must be read, and written again to the
// byte, by every build to come. A new version of an event gets new files beside the old ones.
using namespace almanac::events;

namespace {

const std::filesystem::path folder = std::filesystem::path(ALMANAC_SOURCE_DIR) / "tests/events/golden";

struct Golden {
  std::string name;
  RecordFields fields;
  std::string hash;
};

Golden golden_in(const std::string& name, const std::string& line) {
  const json::Value value = json::parsed(line);
  Golden golden{name, {value.find("key")->text, value.find("value")->text, {}}, value.find("hash")->text};
  for (const auto& [header, text] : value.find("headers")->members)
    golden.fields.headers.emplace_back(header, text.text);
  return golden;
}

std::vector<Golden> golden_records() {
  std::vector<Golden> all;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    std::ifstream in(file.path());
    std::string line;
    std::getline(in, line);
    all.push_back(golden_in(file.path().stem().string(), line));
  }
  return all;
}

/// The records of the whole golden log, in its order.
std::vector<Golden> golden_log() {
  std::vector<Golden> all;
  std::ifstream in(folder / "log.jsonl");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("{\"position\":")) all.push_back(golden_in(std::to_string(all.size()), line));
  }
  return all;
}

TEST(Golden, records_are_read_and_written_again_to_the_byte_for_ever) {
  for (const Golden& golden : golden_records()) {
    const Record record = seal(golden.fields);
    EXPECT_EQ(hex(record.hash), golden.hash) << golden.name;
    const auto read = decode(record.bytes);
    ASSERT_TRUE(read) << golden.name << ": " << read.error().detail;
    EXPECT_EQ(encode(*read).bytes, record.bytes) << golden.name;
  }
}

TEST(Golden, records_hold_every_type_and_every_change_of_a_field) {
  std::set<std::string_view> types;
  std::set<Field> fields;
  for (const Golden& golden : golden_records()) {
    const auto read = decode(seal(golden.fields).bytes);
    ASSERT_TRUE(read) << golden.name;
    types.insert(name_of(read->event.payload));
    if (const auto* updated = std::get_if<ModelUpdated>(&read->event.payload)) {
      for (const auto& change : updated->changes)
        fields.insert(change.field);
    }
  }
  EXPECT_EQ(types.size(), std::variant_size_v<Payload>);
  EXPECT_EQ(fields.size(), static_cast<std::size_t>(Field::is_recommended) + 1);
}

TEST(Golden, log_is_chained_from_its_first_record_and_holds_every_golden_record) {
  std::set<std::string> hashes;
  Hash previous{};
  Position next = 0;
  for (const Golden& golden : golden_log()) {
    const Record record = seal(golden.fields);
    const auto link = chain_link(record.bytes);
    ASSERT_TRUE(link) << next;
    EXPECT_EQ(link->position, next++);
    EXPECT_EQ(link->previous, previous);
    previous = record.hash;
    hashes.insert(golden.hash);
  }
  // A copy goes on as a log of its own.
  for (const Golden& golden : golden_records())
    EXPECT_EQ(hashes.count(golden.hash), golden.name == "writer_claimed_copy" ? 0U : 1U) << golden.name;
  EXPECT_EQ(hashes.size(), golden_records().size() - 1);
  EXPECT_EQ(hex(previous), "dbb9ee05d5e2461295799214b9eacbb45c2a043b4716c3584513db66877ebc61");
}

TEST(Golden, log_folds_and_counts_versions_without_a_gap) {
  std::map<ModelId, Model> models;
  for (const Golden& golden : golden_log()) {
    const auto read = decode(seal(golden.fields).bytes);
    ASSERT_TRUE(read) << golden.name;
    if (!read->event.subject) continue;
    evolve_into(models[*read->event.subject], *read);
    EXPECT_EQ(models.at(*read->event.subject).version, read->stamp.stream_version) << golden.name;
  }
  EXPECT_EQ(models.size(), 5U);
}

}  // namespace
