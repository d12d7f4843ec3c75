#include "services/writer/idempotency.hpp"

#include <cstdint>
#include <initializer_list>
#include <random>

namespace almanac::writer {
namespace {

/// Every part carries its length, so that no two lists of parts have the same bytes.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string bytes;
  std::size_t size = 0;
  for (const std::string_view part : parts)
    size += 8 + part.size();
  bytes.reserve(size);
  for (const std::string_view part : parts) {
    const auto length = static_cast<std::uint64_t>(part.size());
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<char>(length >> shift));
    bytes.append(part);
  }
  return bytes;
}

std::string_view text_of(const events::Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

events::IdempotencyMark mark_of(const events::Caller& caller, std::string_view key,
                                const RequestShape& request) {
  // The actor is the token's kind and subject. The body goes in by its own hash: 16 MiB need no second copy.
  const events::Hash body = events::sha256(request.body);
  return {
      .key = events::sha256(joined({caller.organization, caller.actor, key})),
      .fingerprint = events::sha256(
          joined({request.method, request.path, request.query, request.if_match, text_of(body)})),
  };
}

std::string key_made_inside() {
  // One a thread: making one asks the processor what it is, which costs microseconds under a hypervisor.
  thread_local std::random_device device;
  std::string key;
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t word = device();
    for (int shift = 28; shift >= 0; shift -= 4)
      key.push_back("0123456789abcdef"[(word >> shift) & 0xF]);
  }
  return key;
}

}  // namespace almanac::writer
