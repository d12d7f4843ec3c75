#pragma once
#include <string>

#include <tl/expected.hpp>

#include "events/event.hpp"
#include "events/record.hpp"

/// Events to records and back: CloudEvents 1.0.2 in Kafka binary mode (ledger.md). Old versions are upcast on
/// reading, never rewritten.
namespace almanac::events {

struct NotAnEvent {
  enum class Why : std::uint8_t {
    foreign,  ///< no valid envelope of ours: set aside
    unknown,  ///< ours, but of a type, version or shape that this build cannot fold: stop there
  };
  Why why = Why::foreign;
  std::string detail;  ///< every fault
};

/// Key, value and all headers in canonical order, sealed. Deterministic.
Record encode(const Recorded& recorded);
/// Takes only what `encode` writes, to the byte: encode(*decode(bytes)).bytes == bytes for records of the
/// present versions. Safe on any bytes.
tl::expected<Recorded, NotAnEvent> decode(std::string_view canonical_bytes);

/// The JSON value of a record alone (`data` in structured mode).
std::string encode_value(const Event& event);

/// Structured mode for the API (ledger.md): attributes without `ce_`, `hash`, `data` the value. What a reader
/// may see is the caller's choice.
struct Visible {
  enum class Attributes : std::uint8_t { tenant, all };
  Attributes attributes = Attributes::tenant;  ///< tenant: of the catalogue's events no actor but `operator`,
                                               ///< no trace, no correlation
};
std::string structured(const RecordView& record, const Hash& hash, Visible visible);

}  // namespace almanac::events
