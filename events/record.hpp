#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/hash.hpp"

namespace almanac::events {

/// A place in the log: dense from 0, public.
using Position = std::uint64_t;
/// Who may append: grows with every claim.
using Epoch = std::uint64_t;

/// A log record taken apart: what a Kafka record would hold.
struct RecordFields {
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;

  const std::string* header(std::string_view name) const;
};

/// The same as views into bytes that must outlive it: for readers that look and go on.
struct RecordView {
  std::string_view key;
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> headers;

  RecordView() = default;
  RecordView(const RecordFields& fields);  // not explicit: whoever reads a record may have either
};

/// A log record: its canonical bytes and their SHA-256. FROZEN ON DISK, for ever:
/// u32 length + key, u32 length + value, u16 count, then all headers in ascending byte order of the name,
/// each u16 length + name, u32 length + value; big-endian. The hash chain and the embedded log hold these
/// bytes.
struct Record {
  std::string bytes;
  Hash hash{};
};

/// Sorts the headers, writes the canonical bytes and hashes them. Throws when two headers have one name or a
/// part does not fit its length field: a broken invariant of the caller.
Record seal(RecordFields fields);
/// Hashes bytes read from somewhere; does not judge them.
Record from_bytes(std::string bytes);
/// nullopt when the bytes are not canonical (lengths, order, a name twice, rest).
std::optional<RecordFields> fields_of(std::string_view canonical_bytes);
std::optional<RecordView> view_of(std::string_view canonical_bytes);
/// One header's text, inside the given bytes; nullopt when there is none or the bytes are not canonical.
std::optional<std::string_view> header_text(std::string_view canonical_bytes, std::string_view name);

/// The three headers that the chain is made of: `ce_sequence` (20 digits), `ce_epoch` (decimal, not padded),
/// `ce_prevhash` (64 lower-case hexadecimal digits).
struct ChainLink {
  Position position = 0;
  Epoch epoch = 0;
  Hash previous{};
};
/// nullopt when one is missing or malformed: such a record is foreign.
std::optional<ChainLink> chain_link(std::string_view canonical_bytes);

}  // namespace almanac::events
