#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace almanac::api {

/// SipHash-1-3 under a key that nobody outside the process knows, so that no client can choose texts that
/// meet in one place of a table.
class KeyedHash {
 public:
  /// A random key.
  KeyedHash();
  explicit KeyedHash(std::array<std::uint64_t, 2> key) : key_(key) {}
  std::uint64_t operator()(std::string_view text) const;

 private:
  std::array<std::uint64_t, 2> key_;
};

}  // namespace almanac::api
