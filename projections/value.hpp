#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/event.hpp"
#include "events/model.hpp"

/// Values of the rows: compact, binary, each beginning with the version of its layout. On the path of every
/// read, of every write and of a rebuild. Decoding what no encode made throws Damaged.
namespace almanac::projections {

/// models and history.
std::string encode_model(const events::Model& model);
events::Model decode_model(std::string_view value);

/// prices: what holds from the key's instant on, unless it was taken back before.
struct PriceValue {
  events::Price price;
  std::optional<events::Position> cancelled_by;  ///< position of its ModelRepriceCancelled
  bool operator==(const PriceValue&) const = default;
};
std::string encode_price(const PriceValue& value);
PriceValue decode_price(std::string_view value);

/// idempotency.
struct KeyValue {
  events::Hash fingerprint{};
  events::Position first = 0;
  events::Position last = 0;
  events::Instant time;        ///< of the last event
  events::Instant expires_at;  ///< by log time
  bool operator==(const KeyValue&) const = default;
};
std::string encode_key(const KeyValue& value);
KeyValue decode_key(std::string_view value);

/// batches: the CatalogImported with its position, epoch and time; nothing else of the record.
std::string encode_batch(const events::Recorded& imported);
events::Recorded decode_batch(std::string_view value);

/// Who claimed the log last, and where peers reach it.
struct WriterValue {
  events::Epoch epoch = 0;
  std::string node, url;
  bool operator==(const WriterValue&) const = default;
};
std::string encode_writer(const WriterValue& value);
WriterValue decode_writer(std::string_view value);

/// A position or a count alone.
std::string encode_u64(std::uint64_t value);
std::uint64_t decode_u64(std::string_view value);

}  // namespace almanac::projections
