#include "events/log/chain_end.hpp"

#include <utility>

namespace almanac::log {
namespace {

constexpr std::size_t checked = 512;

}  // namespace

tl::expected<Chain, Failure> chain_at_end(const Records& records, Chain::HashAt hash_at) {
  const Position end = records.end();
  const Position from = end > checked ? end - checked : 0;
  auto entries = records.read(from, checked);
  if (!entries) return tl::unexpected(entries.error());
  Tip tip;
  if (from > 0) {
    const auto link = events::chain_link(entries->front().record.bytes);
    if (link) tip = Tip{from, link->epoch, link->previous};
  }
  Chain chain(tip, std::move(hash_at));
  for (const auto& entry : *entries) {
    const auto judgement = chain.take(entry.record);
    if (judgement.verdict == Verdict::fold) continue;
    return tl::unexpected(
        Failure{"the log is damaged at position " + std::to_string(entry.position) + ": " +
                    (judgement.detail.empty() ? "another position stands there" : judgement.detail),
                "restore an export into a new data directory (almanac log import)"});
  }
  return chain;
}

}  // namespace almanac::log
