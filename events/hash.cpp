#include "events/hash.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "events/hex.hpp"

namespace almanac::events {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

/// Finding the digest costs more than hashing a small record, so each thread finds it once.
EVP_MD_CTX* context_of_thread() {
  thread_local const Context context = [] {
    Context made{EVP_MD_CTX_new()};
    if (!made || EVP_DigestInit_ex2(made.get(), EVP_sha256(), nullptr) != 1) {
      throw std::runtime_error("SHA-256 is not available from OpenSSL");
    }
    return made;
  }();
  return context.get();
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  Context() {
    if (digest == nullptr || EVP_DigestInit_ex2(digest, EVP_sha256(), nullptr) != 1) {
      throw std::runtime_error("SHA-256 is not available from OpenSSL");
    }
  }
  ~Context() { EVP_MD_CTX_free(digest); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size()) != 1) {
    throw std::runtime_error("SHA-256 failed in OpenSSL");
  }
}

Hash Sha256::finish() {
  Hash hash{};
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context_->digest, hash.data(), &length) != 1 || length != hash.size()) {
    throw std::runtime_error("SHA-256 failed in OpenSSL");
  }
  return hash;
}

Hash sha256(std::string_view bytes) {
  EVP_MD_CTX* const context = context_of_thread();
  Hash hash{};
  unsigned length = 0;
  if (EVP_DigestInit_ex2(context, nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context, hash.data(), &length) != 1 || length != hash.size()) {
    throw std::runtime_error("SHA-256 failed in OpenSSL");
  }
  return hash;
}

std::string hex(const Hash& hash) {
  std::string out(hash.size() * 2, '0');
  for (std::size_t i = 0; i < hash.size(); ++i)
    put_hex(&out[i * 2], hash[i]);
  return out;
}

std::optional<Hash> parse_hex(std::string_view text) {
  Hash hash{};
  if (text.size() != hash.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto byte = hex_byte(&text[i * 2]);
    if (!byte) return std::nullopt;
    hash[i] = *byte;
  }
  return hash;
}

}  // namespace almanac::events
