#include "events/uuid.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "events/hex.hpp"

namespace almanac::events {
namespace {

constexpr std::size_t text_length = 36;

bool is_dash(std::size_t at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

void put_big_endian(std::uint8_t* at, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    at[i] = static_cast<std::uint8_t>(value);
    value >>= 8;
  }
}

constexpr std::uint64_t time_max = (std::uint64_t{1} << 48) - 1;
constexpr int counter_bits = 18;
constexpr std::uint64_t position_max = (std::uint64_t{1} << 56) - 1;

}  // namespace

std::string Uuid::text() const {
  std::string out(text_length, '-');
  std::size_t at = 0;
  for (std::uint8_t byte : bytes) {
    if (is_dash(at)) ++at;
    put_hex(&out[at], byte);
    at += 2;
  }
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != text_length) return std::nullopt;
  Uuid id;
  std::size_t at = 0;
  for (std::uint8_t& byte : id.bytes) {
    if (is_dash(at) && text[at++] != '-') return std::nullopt;
    const auto value = hex_byte(&text[at]);
    if (!value) return std::nullopt;
    byte = *value;
    at += 2;
  }
  return id;
}

Uuid NewIds::next() {
  if (made_ >= ids_per_command_max || position_ > position_max) {
    throw std::length_error("a command made more ids than its place in the log has room for");
  }
  const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(at_.ms, 0));
  const std::uint64_t low_position = position_ & ((std::uint64_t{1} << 44) - 1);
  Uuid id;
  put_big_endian(id.bytes.data(), std::min(time, time_max), 6);
  put_big_endian(id.bytes.data() + 6, 0x7000U | position_ >> 44, 2);
  put_big_endian(id.bytes.data() + 8, std::uint64_t{2} << 62 | low_position << counter_bits | made_, 8);
  ++made_;
  return id;
}

}  // namespace almanac::events

std::size_t std::hash<almanac::events::Uuid>::operator()(const almanac::events::Uuid& id) const noexcept {
  // A version 7 id differs from its neighbours in the middle: the product carries every bit into the high
  // half.
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, id.bytes.data(), 8);
  std::memcpy(&low, id.bytes.data() + 8, 8);
  const std::uint64_t mixed = (high ^ (low << 29 | low >> 35)) * 0x9E3779B97F4A7C15U;
  return static_cast<std::size_t>((mixed ^ (mixed >> 32) ^ low) * 0xD6E8FEB86659FD93U);
}
