#include "events/envelope.hpp"

#include "events/exact_text.hpp"
#include "events/seeded_bug.hpp"
#include "events/utf8.hpp"

namespace almanac::events {
namespace {

constexpr std::string_view spec_version = "1.0";
constexpr std::string_view schema_prefix = "urn:almanac:schema:";
constexpr std::string_view content_type = "application/json";

std::string sequence_text(Position position) {
  const std::string digits = std::to_string(position);
  return std::string(20 - digits.size(), '0') + digits;
}

std::optional<IdempotencyMark> mark_in(std::string_view text) {
  constexpr std::size_t hex_digits = 64;
  if (text.size() != 2 * hex_digits + 1 || text[hex_digits] != ':') return std::nullopt;
  const auto key = parse_hex(text.substr(0, hex_digits));
  const auto fingerprint = parse_hex(text.substr(hex_digits + 1));
  if (!key || !fingerprint) return std::nullopt;
  return IdempotencyMark{*key, *fingerprint};
}

/// Reads headers, asked for in the order in which they stand, and collects what is wrong with them.
class Headers {
 public:
  Headers(const RecordView& record, std::vector<std::string_view>& unknown, std::vector<std::string>& faults)
      : headers_(record.headers), unknown_(unknown), faults_(faults) {}

  template <class Parse>
  auto optional(std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
    if (!move_to(name)) return std::nullopt;
    const std::string_view text = headers_[next_++].second;
    auto value = parse(text);
    if (!value) faults_.push_back(std::string(name) + " is malformed: " + std::string(text.substr(0, 80)));
    return value;
  }
  template <class Parse>
  auto required(std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
    if (move_to(name)) return optional(name, parse);
    faults_.push_back(std::string(name) + " is missing");
    return std::nullopt;
  }
  void expect(std::string_view name, std::string_view value) {
    required(name,
             [value](std::string_view text) { return text == value ? std::optional(true) : std::nullopt; });
  }
  void finish() {
    while (next_ < headers_.size())
      unknown_.push_back(headers_[next_++].first);
  }

 private:
  bool move_to(std::string_view name) {
    while (next_ < headers_.size() && headers_[next_].first < name)
      unknown_.push_back(headers_[next_++].first);
    return next_ < headers_.size() && headers_[next_].first == name;
  }

  const std::vector<std::pair<std::string_view, std::string_view>>& headers_;
  std::size_t next_ = 0;
  std::vector<std::string_view>& unknown_;
  std::vector<std::string>& faults_;
};

std::optional<std::string> text_in(std::string_view text) {
  return is_utf8(text) ? std::optional<std::string>(text) : std::nullopt;
}
std::optional<std::string> name_in(std::string_view text) {
  return text.empty() ? std::nullopt : text_in(text);
}

std::optional<Position> sequence_in(std::string_view text) {
  const auto first = text.find_first_not_of('0');
  if (text.size() != 20) return std::nullopt;
  return first == std::string_view::npos ? Position{0} : number_in<Position>(text.substr(first));
}

std::optional<Uuid> source_in(std::string_view text) {
  if (!text.starts_with(source_prefix)) return std::nullopt;
  return Uuid::parse(text.substr(source_prefix.size()));
}

std::optional<TypeAndVersion> type_and_version(std::string_view text, std::string_view between) {
  const auto at = text.rfind(between);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const auto version = number_in<std::uint32_t>(text.substr(at + between.size()));
  if (!version || *version == 0) return std::nullopt;
  return TypeAndVersion{text.substr(0, at), *version};
}

std::optional<TypeAndVersion> schema_in(std::string_view text) {
  if (!text.starts_with(schema_prefix)) return std::nullopt;
  return type_and_version(text.substr(schema_prefix.size()), ":v");
}

}  // namespace

std::string key_of(const Event& event) {
  if (!event.organization.empty()) return "org:" + event.organization;
  const bool of_the_log = !event.subject && !std::holds_alternative<CatalogImported>(event.payload);
  return of_the_log ? "log" : "catalogue";
}

std::vector<std::pair<std::string, std::string>> headers_of(const Recorded& recorded,
                                                            const std::string& key) {
  const Stamp& stamp = recorded.stamp;
  const std::string type(name_of(recorded.event.payload));
  std::optional<Uuid> subject = recorded.event.subject;
  if (const auto* imported = std::get_if<CatalogImported>(&recorded.event.payload)) subject = imported->batch;

  std::vector<std::pair<std::string, std::string>> headers;
  headers.reserve(20);
  headers.emplace_back("ce_actor", stamp.actor);
  if (stamp.causation) headers.emplace_back("ce_causationid", std::to_string(*stamp.causation));
  headers.emplace_back("ce_correlationid", stamp.correlation_id.text());
  headers.emplace_back("ce_dataschema", std::string(schema_prefix) + type + ":v1");
  headers.emplace_back("ce_epoch", std::to_string(stamp.epoch));
  headers.emplace_back("ce_id", stamp.id.text());
  if (stamp.idempotency && !seeded_bug("keys_in_memory")) {
    headers.emplace_back("ce_idempotencykey",
                         hex(stamp.idempotency->key) + ":" + hex(stamp.idempotency->fingerprint));
  }
  if (!recorded.event.organization.empty())
    headers.emplace_back("ce_organization", recorded.event.organization);
  headers.emplace_back("ce_partitionkey", key);
  headers.emplace_back("ce_prevhash", hex(stamp.previous));
  if (stamp.reason) headers.emplace_back("ce_reason", *stamp.reason);
  headers.emplace_back("ce_sequence", sequence_text(stamp.position));
  headers.emplace_back("ce_source", std::string(source_prefix) + stamp.log_id.text());
  headers.emplace_back("ce_specversion", spec_version);
  headers.emplace_back("ce_streamversion", std::to_string(stamp.stream_version));
  if (subject) headers.emplace_back("ce_subject", subject->text());
  headers.emplace_back("ce_time", stamp.time.text());
  if (stamp.traceparent) headers.emplace_back("ce_traceparent", *stamp.traceparent);
  headers.emplace_back("ce_type", std::string(type_prefix) + type + ".v1");
  headers.emplace_back("content-type", content_type);
  return headers;
}

std::optional<TypeAndVersion> type_of(std::string_view ce_type) {
  if (!ce_type.starts_with(type_prefix)) return std::nullopt;
  return type_and_version(ce_type.substr(type_prefix.size()), ".v");
}

std::optional<Envelope> envelope_of(const RecordView& record, std::vector<std::string>& faults) {
  const std::size_t before = faults.size();
  Envelope envelope;
  Headers headers(record, envelope.unknown_headers, faults);
  const auto number = number_in<std::uint64_t>;
  auto actor = headers.required("ce_actor", name_in);
  const auto causation = headers.optional("ce_causationid", number);
  const auto correlation = headers.required("ce_correlationid", Uuid::parse);
  const auto schema = headers.required("ce_dataschema", schema_in);
  const auto epoch = headers.required("ce_epoch", number);
  const auto id = headers.required("ce_id", Uuid::parse);
  const auto mark = headers.optional("ce_idempotencykey", mark_in);
  auto organization = headers.optional("ce_organization", name_in);
  headers.expect("ce_partitionkey", record.key);
  const auto previous = headers.required("ce_prevhash", parse_hex);
  auto reason = headers.optional("ce_reason", text_in);
  const auto position = headers.required("ce_sequence", sequence_in);
  const auto source = headers.required("ce_source", source_in);
  headers.expect("ce_specversion", spec_version);
  const auto version = headers.required("ce_streamversion", number);
  envelope.subject = headers.optional("ce_subject", Uuid::parse);
  const auto time = headers.required("ce_time", instant_in);
  auto traceparent = headers.optional("ce_traceparent", text_in);
  const auto type = headers.required("ce_type", type_of);
  headers.expect("content-type", content_type);
  headers.finish();
  if (schema && type && *schema != *type) faults.emplace_back("ce_dataschema is not that of ce_type");
  if (faults.size() != before) return std::nullopt;

  envelope.stamp = {*position,
                    *epoch,
                    *time,
                    *id,
                    *source,
                    *version,
                    *correlation,
                    causation,
                    std::move(*actor),
                    std::move(reason),
                    mark,
                    std::move(traceparent),
                    *previous};
  if (organization) envelope.organization = std::move(*organization);
  envelope.type = *type;
  return envelope;
}

}  // namespace almanac::events
