#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/hash.hpp"
#include "events/instant.hpp"
#include "events/uuid.hpp"

/// The few ways in which numbers, ids and texts become bytes of keys and values, and come back.
namespace almanac::projections {

/// Appends. Fixed numbers are big-endian (they sort), counts are LEB128, signed ones zigzag.
class Out {
 public:
  explicit Out(std::size_t reserve = 64) { bytes_.reserve(reserve); }

  Out& u8(std::uint8_t value);
  Out& u16(std::uint16_t value);
  Out& u32(std::uint32_t value);
  Out& u64(std::uint64_t value);
  Out& instant(events::Instant value);  ///< sorts, years before 1970 too
  Out& id(const events::Uuid& value);
  Out& id_descending(const events::Uuid& value);
  Out& hash(const events::Hash& value);
  Out& count(std::uint64_t value);
  Out& number(std::int64_t value);
  Out& sized(std::string_view text);   ///< length before it, as a count
  Out& raw(std::string_view text);     ///< nothing but the bytes: last part of a key
  Out& sorted(std::string_view text);  ///< ends itself and sorts by bytes, before whatever follows

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what Out wrote. Anything short or malformed throws Damaged.
class In {
 public:
  explicit In(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  events::Instant instant();
  events::Uuid id();
  events::Uuid id_descending();
  events::Hash hash();
  std::uint64_t count();
  std::int64_t number();
  std::string sized();
  bool empty() const { return rest_.empty(); }
  /// Nothing may be left.
  void end() const;

 private:
  std::string_view cut(std::size_t length);
  std::string_view rest_;
};

}  // namespace almanac::projections
