#include <array>
#include <utility>

#include "events/payload_read.hpp"

namespace almanac::events {
namespace {

/// In the order in which `counts` names them.
constexpr std::array<std::pair<std::string_view, Verdict>, 4> verdicts{{{"create", Verdict::create},
                                                                        {"update", Verdict::update},
                                                                        {"unchanged", Verdict::unchanged},
                                                                        {"rejected", Verdict::rejected}}};

Verdict verdict(ObjectReader& in) {
  const std::string_view name = in.word("verdict");
  for (const auto& [known, verdict] : verdicts) {
    if (known == name) return verdict;
  }
  in.fault("verdict", "is not a verdict");
  return Verdict::unchanged;
}

RowVerdict row(ObjectReader& in) {
  RowVerdict row;
  row.row = in.small_number("row");
  row.external_key = in.text("externalKey");
  if (in.has("modelId")) row.model = in.uuid("modelId");
  row.verdict = verdict(in);
  if (in.has("errors")) {
    for (ObjectReader& error : in.objects("errors")) {
      std::string pointer = error.text("pointer");
      row.errors.emplace_back(std::move(pointer), error.text("detail"));
      error.finish();
    }
    if (row.errors.empty()) in.fault("errors", "holds no error");
  }
  in.finish();
  return row;
}

}  // namespace

Payload read_log_created(ObjectReader& in, const Event&) {
  LogCreated created;
  created.log_id = in.uuid("logId");
  const std::uint32_t format = in.small_number("format");
  if (format != created.format) in.fault("format", "is not 1, the one that this build can read");
  return created;
}

Payload read_catalog_imported(ObjectReader& in, const Event&) {
  CatalogImported imported;
  imported.batch = in.uuid("batchId");
  if (in.has("reverts")) imported.reverts = in.uuid("reverts");
  imported.first_position = in.position("firstPosition");
  ObjectReader counts = in.object("counts");
  std::array<std::uint32_t, verdicts.size()> told{};
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    told[i] = counts.small_number(verdicts[i].first);
  counts.finish();

  std::array<std::uint32_t, verdicts.size()> counted{};
  auto rows = in.objects("rows");
  imported.rows.reserve(rows.size());
  for (ObjectReader& one : rows) {
    imported.rows.push_back(row(one));
    ++counted[static_cast<std::size_t>(imported.rows.back().verdict)];
  }
  if (told != counted) in.fault("counts", "does not count the rows");
  return imported;
}

Payload read_writer_claimed(ObjectReader& in, const Event&) {
  WriterClaimed claimed;
  claimed.epoch = in.position("epoch");
  claimed.node = in.text("node");
  claimed.url = in.text("url");
  claimed.build = in.text("build");
  if (in.has("lossAcceptedAfter")) claimed.loss_accepted_after = in.position("lossAcceptedAfter");
  if (in.has("sealedAt")) claimed.sealed_at = in.position("sealedAt");
  if (in.has("logId")) claimed.log_id = in.uuid("logId");
  return claimed;
}

}  // namespace almanac::events
