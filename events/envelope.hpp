#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.hpp"
#include "events/record.hpp"

/// The CloudEvents 1.0.2 attributes around an event's value, as record headers (Kafka protocol binding 1.0.2,
/// binary mode: prefix `ce_`).
namespace almanac::events {

inline constexpr std::string_view type_prefix = "dev.almanac.";
inline constexpr std::string_view source_prefix = "/almanac/";

/// `org:<organisation>`, `catalogue` or `log`.
std::string key_of(const Event& event);

/// All headers, in ascending byte order of their names.
std::vector<std::pair<std::string, std::string>> headers_of(const Recorded& recorded, const std::string& key);

/// `dev.almanac.ModelCreated.v1` taken apart.
struct TypeAndVersion {
  std::string_view type;
  std::uint32_t version = 0;

  bool operator==(const TypeAndVersion&) const = default;
};
std::optional<TypeAndVersion> type_of(std::string_view ce_type);

/// The envelope of a record as it was read.
struct Envelope {
  Stamp stamp;
  std::optional<Uuid> subject;
  std::string organization;
  TypeAndVersion type;                            ///< a view into what it was read from, as are these:
  std::vector<std::string_view> unknown_headers;  ///< such that this build does not know
};
/// nullopt, with every fault appended to `faults`, when it is no valid envelope of ours. Takes each value in
/// the one text that headers_of writes.
std::optional<Envelope> envelope_of(const RecordView& record, std::vector<std::string>& faults);

}  // namespace almanac::events
