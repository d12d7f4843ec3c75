#include "events/envelope.hpp"

#include <charconv>

namespace almanac::events {
namespace {

constexpr std::string_view spec_version = "1.0";
constexpr std::string_view content_type = "application/json";

std::string sequence_text(Position position) {
  const std::string digits = std::to_string(position);
  return std::string(20 - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

std::optional<IdempotencyMark> mark_in(std::string_view text) {
  constexpr std::size_t hex_digits = 64;
  if (text.size() != 2 * hex_digits + 1 || text[hex_digits] != ':') return std::nullopt;
  const auto key = parse_hex(text.substr(0, hex_digits));
  const auto fingerprint = parse_hex(text.substr(hex_digits + 1));
  if (!key || !fingerprint) return std::nullopt;
  return IdempotencyMark{*key, *fingerprint};
}

/// Reads headers by name and collects what is wrong with them.
class Headers {
 public:
  Headers(const RecordFields& fields, std::vector<std::string>& faults) : fields_(fields), faults_(faults) {}

  std::string_view required(std::string_view name) {
    const std::string* text = fields_.header(name);
    if (text == nullptr) fault(name, "is missing");
    return text == nullptr ? std::string_view{} : std::string_view{*text};
  }
  template <class Parse>
  auto required_as(std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
    const std::string* text = fields_.header(name);
    if (text == nullptr) {
      fault(name, "is missing");
      return {};
    }
    auto value = parse(*text);
    if (!value) fault(name, "is malformed: " + text->substr(0, 80));
    return value;
  }
  template <class Parse>
  auto optional_as(std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
    return fields_.header(name) == nullptr ? decltype(parse(std::string_view{})){} : required_as(name, parse);
  }
  std::optional<std::string> optional_text(std::string_view name) const {
    const std::string* text = fields_.header(name);
    return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
  }
  void expect(std::string_view name, std::string_view value) {
    const std::string* text = fields_.header(name);
    if (text == nullptr || *text != value) fault(name, "is not " + std::string(value));
  }
  void fault(std::string_view name, const std::string& what) {
    faults_.push_back(std::string(name) + " " + what);
  }

 private:
  const RecordFields& fields_;
  std::vector<std::string>& faults_;
};

std::optional<Uuid> source_in(std::string_view text) {
  if (!text.starts_with(source_prefix)) return std::nullopt;
  return Uuid::parse(text.substr(source_prefix.size()));
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
  headers.emplace_back("ce_dataschema", "urn:almanac:schema:" + type + ":v1");
  headers.emplace_back("ce_epoch", std::to_string(stamp.epoch));
  headers.emplace_back("ce_id", stamp.id.text());
  if (stamp.idempotency) {
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
  ce_type.remove_prefix(type_prefix.size());
  const auto dot = ce_type.rfind(".v");
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  const auto version = number_in(ce_type.substr(dot + 2));
  if (!version || *version == 0 || *version > 1000) return std::nullopt;
  return TypeAndVersion{ce_type.substr(0, dot), static_cast<std::uint32_t>(*version)};
}

std::optional<Envelope> envelope_of(const RecordFields& fields, std::vector<std::string>& faults) {
  const std::size_t before = faults.size();
  Headers headers(fields, faults);
  headers.expect("ce_specversion", spec_version);
  headers.expect("content-type", content_type);
  headers.expect("ce_partitionkey", fields.key);
  const auto uuid = [](std::string_view text) { return Uuid::parse(text); };
  const auto type = headers.required_as("ce_type", type_of);
  const auto link_hash =
      headers.required_as("ce_prevhash", [](std::string_view text) { return parse_hex(text); });
  const auto position =
      headers.required_as("ce_sequence", [](std::string_view text) -> std::optional<Position> {
        const auto first = text.find_first_not_of('0');
        if (text.size() != 20) return std::nullopt;
        return number_in(first == std::string_view::npos ? "0" : text.substr(first));
      });
  const auto epoch = headers.required_as("ce_epoch", number_in);
  const auto version = headers.required_as("ce_streamversion", number_in);
  const auto time =
      headers.required_as("ce_time", [](std::string_view text) { return Instant::parse(text); });
  const auto id = headers.required_as("ce_id", uuid);
  const auto correlation = headers.required_as("ce_correlationid", uuid);
  const auto source = headers.required_as("ce_source", source_in);
  const auto causation = headers.optional_as("ce_causationid", number_in);
  const auto mark = headers.optional_as("ce_idempotencykey", mark_in);
  const auto subject = headers.optional_as("ce_subject", uuid);
  const auto actor = headers.required("ce_actor");
  if (faults.size() != before) return std::nullopt;

  Envelope envelope;
  envelope.stamp = {*position,    *epoch,
                    *time,        *id,
                    *source,      *version,
                    *correlation, causation,
                    Actor(actor), headers.optional_text("ce_reason"),
                    mark,         headers.optional_text("ce_traceparent"),
                    *link_hash};
  envelope.subject = subject;
  envelope.organization = headers.optional_text("ce_organization").value_or("");
  envelope.type = *type;
  return envelope;
}

}  // namespace almanac::events
