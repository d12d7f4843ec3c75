#include "tests/log/support/sample_records.hpp"

#include <algorithm>
#include <stdexcept>

namespace almanac::log::test {

events::RecordFields sample_fields(const std::string& value, std::string_view type, std::string_view log_id) {
  events::RecordFields fields;
  fields.key = "org:acme";
  fields.value = value;
  fields.headers = {{"content-type", "application/json"},
                    {"ce_specversion", "1.0"},
                    {"ce_source", "/almanac/" + std::string(log_id)},
                    {"ce_type", std::string(type)},
                    {"ce_time", "2026-11-22T10:00:00.000Z"}};
  return fields;
}

std::vector<Record> sample_batch(const Tip& tip, Epoch epoch, std::size_t count, std::string_view log_id) {
  std::vector<events::RecordFields> batch;
  for (std::size_t i = 0; i < count; ++i) {
    batch.push_back(
        sample_fields("{\"n\":" + std::to_string(tip.next + i) + "}", "dev.almanac.ModelCreated.v1", log_id));
  }
  return chain_records(std::move(batch), tip, epoch);
}

std::vector<Record> sealing_batch(const Tip& tip, Epoch epoch) {
  return chain_records({sample_fields("{}", "dev.almanac.LogSealed.v1")}, tip, epoch);
}

events::RecordFields copy_claimed(std::string_view log_id) {
  return sample_fields("{\"logId\":\"" + std::string(log_id) + "\"}", "dev.almanac.WriterClaimed.v1", log_id);
}

std::vector<Entry> all_of(const Records& records) {
  auto entries = records.read(0, records.end());
  if (!entries) throw std::runtime_error(entries.error().what);
  return std::move(*entries);
}

bool same(const std::vector<Entry>& a, const std::vector<Entry>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Entry& x, const Entry& y) {
    return x.position == y.position && x.record.bytes == y.record.bytes && x.record.hash == y.record.hash;
  });
}

bool append_samples(Log& log, const Claim& claim, std::size_t count) {
  Tip tip = tip_of(claim);
  tip.next = log.end();
  std::string log_id(sample_log_id);
  if (tip.next > 0) {
    const Record last = log.read(tip.next - 1, 1)->front().record;
    tip = *tip_behind(last);
    log_id = log_id_of(last.bytes);
  }
  const auto result = log.append(claim.epoch, tip.next, sample_batch(tip, claim.epoch, count, log_id));
  return std::holds_alternative<Committed>(result);
}

}  // namespace almanac::log::test
