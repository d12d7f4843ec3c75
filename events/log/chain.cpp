#include "events/log/chain.hpp"

#include <array>
#include <cstdio>

#include "events/json.hpp"
#include "events/seeded_bug.hpp"

namespace almanac::log {
namespace {

std::string twenty_digits(Position position) {
  std::array<char, 21> text{};
  std::snprintf(text.data(), text.size(), "%020llu", static_cast<unsigned long long>(position));
  return text.data();
}

bool is_of_type(std::string_view canonical_bytes, std::string_view stem) {
  return events::header_text(canonical_bytes, "ce_type").value_or("").substr(0, stem.size()) == stem;
}

}  // namespace

std::string_view log_id_of(std::string_view canonical_bytes) {
  constexpr std::string_view prefix = "/almanac/";
  const auto source = events::header_text(canonical_bytes, "ce_source").value_or("");
  return source.substr(0, prefix.size()) == prefix ? source.substr(prefix.size()) : std::string_view{};
}

bool is_seal(std::string_view canonical_bytes) {
  return is_of_type(canonical_bytes, "dev.almanac.LogSealed.v");
}

bool gives_new_id(std::string_view canonical_bytes) {
  if (!is_of_type(canonical_bytes, "dev.almanac.WriterClaimed.v")) return false;
  const auto record = events::view_of(canonical_bytes);
  const auto value = events::json::parse(record->value);
  if (!value || value->kind != events::json::Kind::object) return false;
  const auto* log_id = value->find("logId");
  return log_id != nullptr && log_id->kind == events::json::Kind::string && !log_id->text.empty() &&
         log_id->text == log_id_of(canonical_bytes);
}

std::optional<Tip> tip_behind(const Record& record) {
  const auto link = events::chain_link(record.bytes);
  if (!link) return std::nullopt;
  return Tip{link->position + 1, link->epoch, record.hash};
}

std::vector<Record> chain_records(std::vector<events::RecordFields> batch, Tip tip, Epoch epoch) {
  std::vector<Record> records;
  records.reserve(batch.size());
  for (auto& fields : batch) {
    fields.headers.emplace_back("ce_sequence", twenty_digits(tip.next++));
    fields.headers.emplace_back("ce_epoch", std::to_string(epoch));
    fields.headers.emplace_back("ce_prevhash", events::hex(tip.last));
    records.push_back(events::seal(std::move(fields)));
    tip.last = records.back().hash;
  }
  return records;
}

Judgement Chain::take(const Record& record) {
  const auto link = events::chain_link(record.bytes);
  const auto source = events::header_text(record.bytes, "ce_source");
  if (!link || !source) {
    return {Verdict::foreign, "no valid envelope in a record before position " + std::to_string(tip_.next)};
  }
  if (link->position < tip_.next) return judge_earlier(record, link->position);
  const auto stop = [&](Verdict verdict, const std::string& why) {
    return Judgement{verdict, "position " + std::to_string(link->position) + " " + why};
  };
  if (link->position > tip_.next) {
    return stop(Verdict::gap, "comes where " + std::to_string(tip_.next) + " should be, which is missing");
  }
  const bool of_another = !source_.empty() && *source != source_;
  if (of_another && !(gives_new_id(record.bytes) && link->epoch > tip_.epoch)) {
    return stop(Verdict::broken, "is of another log: " + std::string(*source) + ", not " + source_);
  }
  if (link->previous != tip_.last) {
    return stop(Verdict::broken, "does not follow: it names " + events::hex(link->previous) +
                                     " as the hash before it, which is " + events::hex(tip_.last));
  }
  if (link->epoch < tip_.epoch && !events::seeded_bug("older_epoch_folded")) {
    return stop(Verdict::broken, "has epoch " + std::to_string(link->epoch) + ", older than " +
                                     std::to_string(tip_.epoch) + " before it");
  }
  if (source_ != *source) source_ = *source;
  tip_ = Tip{link->position + 1, link->epoch, record.hash};
  return {};
}

Judgement Chain::judge_earlier(const Record& record, Position position) const {
  std::optional<Hash> known;
  if (position + 1 == tip_.next) {
    known = tip_.last;
  } else if (hash_at_) {
    known = hash_at_(position);
  }
  if (!known || *known == record.hash) return {Verdict::duplicate, {}};
  return {Verdict::altered_duplicate, "position " + std::to_string(position) +
                                          " came again with other bytes: its hash is " +
                                          events::hex(record.hash) + ", not " + events::hex(*known)};
}

}  // namespace almanac::log
