#include "services/writer/new_ids.hpp"

#include <cstring>

namespace almanac::writer {
namespace {

std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

}  // namespace

RandomIds::RandomIds() : random_(seeded()) {}

events::Uuid RandomIds::next(events::Instant at) {
  events::Uuid id;
  const auto ms = static_cast<std::uint64_t>(at.ms);
  for (std::size_t i = 0; i < 6; ++i)
    id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  const std::uint64_t high = random_();
  const std::uint64_t low = random_();
  std::memcpy(&id.bytes[6], &high, 2);
  std::memcpy(&id.bytes[8], &low, 8);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x70);  // version 7, RFC 9562 section 5.7
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);  // variant 10
  return id;
}

}  // namespace almanac::writer
