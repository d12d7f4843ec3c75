#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

/// RSA 2048 key pairs in files, and what a token needs of one.
namespace almanac::api {

using PrivateKey = std::shared_ptr<evp_pkey_st>;

/// Reads the PEM file, or makes a key and puts it there: mode 0600, complete or not at all, and never over a
/// key that is already there.
tl::expected<PrivateKey, std::string> read_or_make_key(const std::filesystem::path& file);

/// Writes beside and renames, so that a reader never sees half a file.
tl::expected<void, std::string> replace_file(const std::filesystem::path& file, std::string_view text,
                                             unsigned mode);

/// RSASSA-PKCS1-v1_5 with SHA-256.
std::string sign_rs256(const PrivateKey& key, std::string_view text);

struct PublicNumbers {
  std::string n, e;  ///< big-endian bytes without leading zeros
};
PublicNumbers public_numbers(const PrivateKey& key);

}  // namespace almanac::api
