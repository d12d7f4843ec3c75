#include "projections/bytes.hpp"

#include <cstring>

#include "projections/rows.hpp"

namespace almanac::projections {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

template <class Number>
void append_big_endian(std::string& out, Number value) {
  char bytes[sizeof value];
  for (std::size_t i = sizeof value; i-- > 0; value = static_cast<Number>(value >> 8))
    bytes[i] = static_cast<char>(value & 0xff);
  out.append(bytes, sizeof bytes);
}

template <class Number>
Number big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes)
    value = value << 8 | static_cast<std::uint8_t>(byte);
  return static_cast<Number>(value);
}

}  // namespace

Out& Out::u8(std::uint8_t value) {
  bytes_.push_back(static_cast<char>(value));
  return *this;
}
Out& Out::u16(std::uint16_t value) {
  append_big_endian(bytes_, value);
  return *this;
}
Out& Out::u32(std::uint32_t value) {
  append_big_endian(bytes_, value);
  return *this;
}
Out& Out::u64(std::uint64_t value) {
  append_big_endian(bytes_, value);
  return *this;
}
Out& Out::instant(events::Instant value) {
  return u64(static_cast<std::uint64_t>(value.ms) ^ sign_bit);
}

Out& Out::id(const events::Uuid& value) {
  bytes_.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
  return *this;
}
Out& Out::id_descending(const events::Uuid& value) {
  for (const std::uint8_t byte : value.bytes)
    bytes_.push_back(static_cast<char>(~byte));
  return *this;
}
Out& Out::hash(const events::Hash& value) {
  bytes_.append(reinterpret_cast<const char*>(value.data()), value.size());
  return *this;
}
Out& Out::count(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    bytes_.push_back(static_cast<char>(value | 0x80));
  bytes_.push_back(static_cast<char>(value));
  return *this;
}
Out& Out::number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return count(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
}
Out& Out::sized(std::string_view text) {
  count(text.size());
  bytes_.append(text);
  return *this;
}
Out& Out::raw(std::string_view text) {
  bytes_.append(text);
  return *this;
}
Out& Out::sorted(std::string_view text) {
  // 00 within becomes 00 ff and 00 00 ends it, so that a prefix sorts before what it begins.
  for (const char c : text) {
    bytes_.push_back(c);
    if (c == '\0') bytes_.push_back('\xff');
  }
  bytes_.append(2, '\0');
  return *this;
}

std::string_view In::cut(std::size_t length) {
  if (length > rest_.size()) throw Damaged("a row of the read models is shorter than it says");
  const std::string_view part = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return part;
}
std::uint8_t In::u8() {
  return static_cast<std::uint8_t>(cut(1)[0]);
}
std::uint16_t In::u16() {
  return big_endian<std::uint16_t>(cut(2));
}
std::uint32_t In::u32() {
  return big_endian<std::uint32_t>(cut(4));
}
std::uint64_t In::u64() {
  return big_endian<std::uint64_t>(cut(8));
}
events::Instant In::instant() {
  return {static_cast<std::int64_t>(u64() ^ sign_bit)};
}

events::Uuid In::id() {
  events::Uuid id;
  std::memcpy(id.bytes.data(), cut(id.bytes.size()).data(), id.bytes.size());
  return id;
}
events::Uuid In::id_descending() {
  events::Uuid read = id();
  for (std::uint8_t& byte : read.bytes)
    byte = static_cast<std::uint8_t>(~byte);
  return read;
}
events::Hash In::hash() {
  events::Hash hash;
  std::memcpy(hash.data(), cut(hash.size()).data(), hash.size());
  return hash;
}
std::uint64_t In::count() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = u8();
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  throw Damaged("a number in a row of the read models does not end");
}
std::int64_t In::number() {
  const std::uint64_t bits = count();
  return static_cast<std::int64_t>(bits >> 1 ^ (~(bits & 1) + 1));
}
std::string In::sized() {
  return std::string(cut(count()));
}

void In::end() const {
  if (!rest_.empty()) throw Damaged("a row of the read models is longer than it says");
}

}  // namespace almanac::projections
