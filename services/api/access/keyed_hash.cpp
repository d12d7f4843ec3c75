#include "services/api/access/keyed_hash.hpp"

#include <openssl/rand.h>

#include <bit>
#include <cstring>
#include <stdexcept>

namespace almanac::api {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

}  // namespace

KeyedHash::KeyedHash() : key_{} {
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key_.data()), sizeof key_) != 1) {
    throw std::runtime_error("the system gives no random bytes");
  }
}

std::uint64_t KeyedHash::operator()(std::string_view text) const {
  State state{key_[0] ^ 0x736f6d6570736575, key_[1] ^ 0x646f72616e646f6d, key_[0] ^ 0x6c7967656e657261,
              key_[1] ^ 0x7465646279746573};
  std::size_t at = 0;
  std::uint64_t word = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::memcpy(&word, text.data() + at, 8);
    state.take(word);
  }
  word = std::uint64_t{text.size()} << 56;
  for (std::size_t shift = 0; at < text.size(); ++at, shift += 8) {
    word |= std::uint64_t{static_cast<std::uint8_t>(text[at])} << shift;
  }
  state.take(word);
  state.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i)
    state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace almanac::api
