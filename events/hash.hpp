#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace almanac::events {

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view bytes);

/// SHA-256 over bytes that come in parts. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(std::string_view bytes);
  /// Of all that was added; nothing may be added after it.
  Hash finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// 64 lower-case hexadecimal digits.
std::string hex(const Hash& hash);
std::optional<Hash> parse_hex(std::string_view text);

}  // namespace almanac::events
