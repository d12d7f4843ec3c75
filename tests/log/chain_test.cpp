#include "events/log/chain.hpp"

#include <gmock/gmock.h>

#include "tests/log/support/sample_records.hpp"

namespace almanac::log::test {
namespace {

using testing::HasSubstr;

TEST(Chain, folds_what_a_writer_chained) {
  Chain chain;
  const auto records = sample_batch({}, 3, 4);
  for (const auto& record : records)
    EXPECT_EQ(chain.take(record).verdict, Verdict::fold);
  EXPECT_EQ(chain.tip().next, 4U);
  EXPECT_EQ(chain.tip().epoch, 3U);
  EXPECT_EQ(chain.tip().last, records.back().hash);
  EXPECT_EQ(chain.source(), "/almanac/" + std::string(sample_log_id));
}

TEST(Chain, the_first_record_names_64_zeros_as_the_hash_before_it) {
  const auto records = sample_batch({}, 1, 2);
  EXPECT_EQ(*events::fields_of(records[0].bytes)->header("ce_prevhash"), std::string(64, '0'));
  EXPECT_EQ(*events::fields_of(records[0].bytes)->header("ce_sequence"), "00000000000000000000");
  EXPECT_EQ(*events::fields_of(records[0].bytes)->header("ce_epoch"), "1");
  EXPECT_EQ(*events::fields_of(records[1].bytes)->header("ce_prevhash"), events::hex(records[0].hash));
}

TEST(Chain, sets_a_duplicate_aside_and_raises_an_alarm_when_it_is_altered) {
  const auto records = sample_batch({}, 1, 3);
  Chain chain({}, [&](Position position) { return std::optional(records[position].hash); });
  for (const auto& record : records)
    chain.take(record);
  for (const auto& record : records)
    EXPECT_EQ(chain.take(record).verdict, Verdict::duplicate);

  const auto altered = chain_records({sample_fields("{\"altered\":true}")}, {}, 1);
  const auto alarm = chain.take(altered[0]);
  EXPECT_EQ(alarm.verdict, Verdict::altered_duplicate);
  EXPECT_THAT(alarm.detail, HasSubstr("position 0 came again with other bytes"));
  EXPECT_EQ(chain.tip().next, 3U) << "the position does not move";
}

TEST(Chain, knows_the_last_hash_without_being_told) {
  Chain chain;
  chain.take(sample_batch({}, 1, 1)[0]);
  EXPECT_EQ(chain.take(chain_records({sample_fields("[]")}, {}, 1)[0]).verdict, Verdict::altered_duplicate);
}

TEST(Chain, stops_at_a_gap) {
  Chain chain;
  const auto records = sample_batch({}, 1, 3);
  chain.take(records[0]);
  const auto gap = chain.take(records[2]);
  EXPECT_EQ(gap.verdict, Verdict::gap);
  EXPECT_THAT(gap.detail, HasSubstr("position 2 comes where 1 should be"));
}

TEST(Chain, stops_at_another_hash_an_older_epoch_and_another_log) {
  Chain chain;
  chain.take(sample_batch({}, 5, 1)[0]);
  Tip other = chain.tip();
  other.last[31] ^= 0x80;
  EXPECT_EQ(chain.take(sample_batch(other, 5, 1)[0]).verdict, Verdict::broken);
  const auto older = chain.take(sample_batch(chain.tip(), 4, 1)[0]);
  EXPECT_EQ(older.verdict, Verdict::broken);
  EXPECT_THAT(older.detail, HasSubstr("has epoch 4, older than 5"));
  const auto foreign_log = chain.take(
      chain_records({sample_fields("{}", "dev.almanac.ModelCreated.v1", "another")}, chain.tip(), 5)[0]);
  EXPECT_EQ(foreign_log.verdict, Verdict::broken);
  EXPECT_THAT(foreign_log.detail, HasSubstr("another log"));
  EXPECT_EQ(chain.take(sample_batch(chain.tip(), 6, 1)[0]).verdict, Verdict::fold);
}

TEST(Chain, sets_a_foreign_record_aside) {
  Chain chain;
  EXPECT_EQ(chain.take(events::from_bytes("not canonical")).verdict, Verdict::foreign);
  EXPECT_EQ(chain.take(events::seal(sample_fields("{}"))).verdict, Verdict::foreign) << "no chain headers";
  EXPECT_EQ(chain.tip().next, 0U);
}

TEST(Chain, begins_anywhere) {
  const auto records = sample_batch({}, 1, 6);
  Chain chain(*tip_behind(records[2]));
  EXPECT_EQ(chain.take(records[3]).verdict, Verdict::fold);
  EXPECT_EQ(chain.take(records[1]).verdict, Verdict::duplicate) << "its hash is not known any more";
}

TEST(Chain, knows_a_seal_by_its_name_of_any_version) {
  EXPECT_TRUE(is_seal(sealing_batch({}, 1)[0].bytes));
  EXPECT_TRUE(is_seal(events::seal(sample_fields("{}", "dev.almanac.LogSealed.v12")).bytes));
  EXPECT_FALSE(is_seal(sample_batch({}, 1, 1)[0].bytes));
  EXPECT_FALSE(is_seal("rubbish"));
}

TEST(Chain, reads_the_logs_id) {
  EXPECT_EQ(log_id_of(sample_batch({}, 1, 1)[0].bytes), sample_log_id);
  auto fields = sample_fields("{}");
  fields.headers[2].second = "/elsewhere/x";
  EXPECT_EQ(log_id_of(events::seal(fields).bytes), "");
}

/// FROZEN: these bytes and hashes are in logs; whatever else changes, they must not.
TEST(GoldenBytes, of_a_canonical_record_never_change) {
  events::RecordFields fields;
  fields.key = "log";
  fields.value = "{}";
  fields.headers = {{"content-type", "application/json"}, {"ce_type", "dev.almanac.LogCreated.v1"}};
  const auto record = events::seal(fields);
  using namespace std::string_literals;
  EXPECT_EQ(record.bytes,
            "\0\0\0\3log\0\0\0\2{}\0\2"
            "\0\7ce_type\0\0\0\x19"
            "dev.almanac.LogCreated.v1"
            "\0\x0c"
            "content-type\0\0\0\x10"
            "application/json"s);
  EXPECT_EQ(events::hex(record.hash), "8859d2796df0e7bedac4eedd1ff352e427818d25d5138ecef416290c7b57497a");
  const auto chained = sample_batch({}, 7, 2);
  EXPECT_EQ(events::hex(chained[0].hash), "1bee84406b766788d6a1751d434a852ae7eff0591bc1f5d127da467a64dd41e3");
  EXPECT_EQ(events::hex(chained[1].hash), "dcfa741388c9507a4e8b32c2bb0debb576265706ccbebb13fc3aa3c748ebb498");
}

}  // namespace
}  // namespace almanac::log::test
