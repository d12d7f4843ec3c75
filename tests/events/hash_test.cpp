#include "events/hash.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <thread>

using almanac::events::Hash;
using almanac::events::hex;
using almanac::events::parse_hex;
using almanac::events::sha256;

namespace {

// The examples of FIPS 180-4.
TEST(Hash, is_sha_256) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, is_the_same_on_every_thread_and_after_other_hashes) {
  const Hash here = sha256("abc");
  Hash there{};
  std::thread other([&there] {
    sha256("something else before it");
    there = sha256("abc");
  });
  other.join();
  EXPECT_EQ(here, there);
}

TEST(Hash, has_one_text_only) {
  const std::string good = hex(sha256("abc"));
  EXPECT_EQ(parse_hex(good), sha256("abc"));
  std::string upper = good;
  upper[0] = 'B';
  EXPECT_FALSE(parse_hex(upper));
  EXPECT_FALSE(parse_hex(good.substr(2)));
  EXPECT_FALSE(parse_hex(good + "00"));
  EXPECT_FALSE(parse_hex("0x" + good.substr(2)));
  EXPECT_FALSE(parse_hex(""));
}

RC_GTEST_PROP(Hash, parsed_from_its_text_is_itself, (const std::array<std::uint8_t, 32>& bytes)) {
  RC_ASSERT(parse_hex(hex(bytes)) == Hash{bytes});
}

}  // namespace
