#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

// A log whose id changes where it was copied: the one place where `ce_source` may.
namespace almanac::log::test {
namespace {

using testing::HasSubstr;

/// Five records of the original, the copy's claim at position 5, and what the copy wrote since.
std::vector<Record> copied(std::size_t since) {
  auto records = sample_batch({}, 3, 5);
  records.push_back(chain_records({copy_claimed()}, *tip_behind(records.back()), 4).front());
  for (auto& record : sample_batch(*tip_behind(records.back()), 4, since, sample_copy_id))
    records.push_back(std::move(record));
  return records;
}

/// The judgement of a sixth record behind five of the original.
Judgement of_the_sixth(const events::RecordFields& fields, Epoch epoch) {
  Chain chain;
  const auto records = sample_batch({}, 3, 5);
  for (const auto& record : records)
    EXPECT_EQ(chain.take(record).verdict, Verdict::fold);
  return chain.take(chain_records({fields}, chain.tip(), epoch).front());
}

TEST(Copy, has_its_own_id_from_its_claim_on) {
  Chain chain;
  for (const auto& record : copied(2))
    EXPECT_EQ(chain.take(record).verdict, Verdict::fold);
  EXPECT_EQ(chain.source(), "/almanac/" + std::string(sample_copy_id));
  const auto former = chain.take(sample_batch(chain.tip(), 4, 1)[0]);
  EXPECT_EQ(former.verdict, Verdict::broken);
  EXPECT_THAT(former.detail, HasSubstr("position 8 is of another log"));
}

TEST(Copy, gets_its_id_by_nothing_but_a_claim_that_names_it_in_a_higher_epoch) {
  EXPECT_EQ(of_the_sixth(copy_claimed(), 4).verdict, Verdict::fold);
  EXPECT_EQ(of_the_sixth(copy_claimed(), 3).verdict, Verdict::broken) << "the epoch of those before";
  EXPECT_EQ(of_the_sixth(copy_claimed(), 2).verdict, Verdict::broken);

  const std::string type = "dev.almanac.WriterClaimed.v1";
  auto named_otherwise = copy_claimed();
  named_otherwise.value = "{\"logId\":\"01930000-0000-7000-8000-0000000000c1\"}";
  EXPECT_EQ(of_the_sixth(named_otherwise, 4).verdict, Verdict::broken);
  for (const char* value : {"{}", "[]", "no JSON", "{\"logId\":null}", "{\"logId\":\"\"}"}) {
    EXPECT_EQ(of_the_sixth(sample_fields(value, type, sample_copy_id), 4).verdict, Verdict::broken) << value;
  }
  auto no_almanac = copy_claimed();
  no_almanac.headers[2].second = "/elsewhere/" + std::string(sample_copy_id);
  EXPECT_EQ(of_the_sixth(no_almanac, 4).verdict, Verdict::broken);
  for (const char* other : {"dev.almanac.ModelCreated.v1", "dev.almanac.LogSealed.v1"}) {
    EXPECT_EQ(of_the_sixth(sample_fields(copy_claimed().value, other, sample_copy_id), 4).verdict,
              Verdict::broken)
        << other;
  }
}

TEST(Copy, is_verified_and_a_log_whose_id_changes_elsewhere_is_not) {
  Verifier verifier;
  Position position = 0;
  for (auto& record : copied(3))
    ASSERT_TRUE(verifier.take({position++, std::move(record)}));
  EXPECT_EQ(verifier.so_far().end, 9U);
  EXPECT_EQ(verifier.so_far().log_id, sample_copy_id);
  const auto& so_far = verifier.so_far();
  const auto spliced = sample_batch({so_far.end, so_far.epoch, so_far.last}, 5, 1, sample_log_id);
  const auto bad = verifier.take({9, spliced[0]});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().position, 9U);
  EXPECT_THAT(bad.error().what, HasSubstr("position 9 is of another log: /almanac/"));
}

class CopyOnFiles : public testing::Test {
 protected:
  void SetUp() override {
    records = copied(2);
    const auto log = *EmbeddedLog::open({.directory = path()});
    const auto claim = *log->claim();
    ASSERT_TRUE(std::holds_alternative<Committed>(log->append(claim.epoch, 0, records)));
  }
  std::filesystem::path path() const { return directory.path() / "log"; }
  tl::expected<std::unique_ptr<EmbeddedLog>, Failure> open(const Witness& witness) const {
    return EmbeddedLog::open({.directory = path(), .known = {witness}});
  }
  Witness read_models(std::string_view log_id, Position position, const Hash& hash) const {
    return {"the read models", std::string(log_id), position, hash};
  }

  TemporaryDirectory directory;
  std::vector<Record> records;
};

TEST_F(CopyOnFiles, hears_the_read_models_that_it_shares_with_its_original_and_its_own) {
  EXPECT_TRUE(open(read_models(sample_log_id, 4, records[4].hash)));
  EXPECT_TRUE(open(read_models(sample_copy_id, 5, records[5].hash)));
  EXPECT_TRUE(open(read_models(sample_copy_id, 7, records[7].hash)));
  EXPECT_FALSE(open(read_models(sample_log_id, 4, records[3].hash)));
  EXPECT_FALSE(open(read_models(sample_copy_id, 6, records[5].hash)));
  EXPECT_THAT(open(read_models(sample_copy_id, 9, {})).error().what, HasSubstr("have 7, need 9"));
}

TEST_F(CopyOnFiles, does_not_take_what_its_original_wrote_since_for_a_loss) {
  const auto behind = sample_batch(*tip_behind(records[4]), 3, 5);
  for (const Position position : {5U, 7U, 9U}) {
    EXPECT_TRUE(open(read_models(sample_log_id, position, behind[position - 5].hash))) << position;
  }
  const auto log = *EmbeddedLog::open({.directory = path()});
  for (const Position position : {5U, 7U, 9U})
    EXPECT_NE(*log_id_at(*log, position), sample_log_id) << "so such read models are set aside";
}

/// The golden log, copied: the record lies beside it since it is of another log.
TEST(GoldenExport, of_a_copy_reads) {
  const std::string golden = std::string(ALMANAC_SOURCE_DIR) + "/tests/events/golden/";
  std::ifstream log(golden + "log.jsonl");
  std::ifstream claim(golden + "writer_claimed_copy.json");
  std::string text;
  std::string line;
  while (std::getline(log, line)) {
    if (line.find("{\"position\":") == 0) text += line + "\n";
  }
  ASSERT_TRUE(std::getline(claim, line));
  const std::string log_id = "01a205bc-0d65-7000-8000-000011280000";
  const std::string end = "{\"end\":\"48\"," + line.substr(line.rfind("\"hash\"")) + "\n";
  std::istringstream in("{\"almanac\":\"log\",\"format\":1,\"logId\":\"" + log_id + "\"}\n" + text + line +
                        "\n" + end);
  ExportSource source(in, "copy.jsonl");
  const auto verified = verify(source);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->end, 49U);
  EXPECT_EQ(verified->log_id, log_id);
}

}  // namespace
}  // namespace almanac::log::test
