#include "events/log/verify.hpp"

namespace almanac::log {
namespace {

constexpr const char* restore =
    "restore an export that verifies into a new data directory (almanac log import)";

}  // namespace

tl::expected<void, BadPosition> Verifier::take(const Entry& entry) {
  const Position expected = chain_.tip().next;
  if (entry.position != expected) {
    return tl::unexpected(BadPosition{expected,
                                      "position " + std::to_string(expected) + " is missing: " +
                                          std::to_string(entry.position) + " stands in its place",
                                      restore});
  }
  const auto judgement = chain_.take(entry.record);
  if (judgement.verdict != Verdict::fold) {
    const std::string why = judgement.detail.empty() ? "an earlier record stands there" : judgement.detail;
    return tl::unexpected(BadPosition{expected, why, restore});
  }
  if (auto fault = meaning_ ? meaning_(entry) : std::nullopt) {
    return tl::unexpected(BadPosition{expected, "position " + std::to_string(expected) + ": " + *fault,
                                      "run a build that knows this event"});
  }
  verified_.end = chain_.tip().next;
  verified_.last = entry.record.hash;
  verified_.epoch = chain_.tip().epoch;
  verified_.sealed = is_seal(entry.record.bytes);
  verified_.log_id = log_id_of(entry.record.bytes);
  return {};
}

tl::expected<Verified, BadPosition> verify(Source& source, const Meaning& meaning, const Progress& progress) {
  Verifier verifier(meaning);
  while (true) {
    const auto entry = source.next();
    const Position at = verifier.so_far().end;
    if (!entry) return tl::unexpected(BadPosition{at, entry.error().what, entry.error().mend});
    if (!*entry) return verifier.so_far();
    if (auto taken = verifier.take(**entry); !taken) return tl::unexpected(taken.error());
    if (progress && (at + 1) % 10000 == 0) progress(at + 1);
  }
}

}  // namespace almanac::log
