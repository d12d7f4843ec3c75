#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "events/log/chain.hpp"

namespace almanac::log::test {

inline constexpr std::string_view sample_log_id = "01930000-0000-7000-8000-000000000001";

/// A record's fields as a writer would hand them over, without the three headers of the chain.
events::RecordFields sample_fields(const std::string& value,
                                   std::string_view type = "dev.almanac.ModelCreated.v1",
                                   std::string_view log_id = sample_log_id);

/// `count` linked records from `tip` on with values `{"n":<position>}`.
std::vector<Record> sample_batch(const Tip& tip, Epoch epoch, std::size_t count,
                                 std::string_view log_id = sample_log_id);
std::vector<Record> sealing_batch(const Tip& tip, Epoch epoch);

/// The fields of a copy's first WriterClaimed: it names its new log id and has it in `ce_source`.
inline constexpr std::string_view sample_copy_id = "01930000-0000-7000-8000-0000000000c0";
events::RecordFields copy_claimed(std::string_view log_id = sample_copy_id);

inline Tip tip_of(const Claim& claim) {
  return {claim.next, claim.epoch, claim.last};
}

/// The whole log.
std::vector<Entry> all_of(const Records& records);
/// True when the two hold the same bytes at the same positions.
bool same(const std::vector<Entry>& a, const std::vector<Entry>& b);

/// Appends `count` records of the log's id in force in one batch and says whether they were committed.
bool append_samples(Log& log, const Claim& claim, std::size_t count);

}  // namespace almanac::log::test
