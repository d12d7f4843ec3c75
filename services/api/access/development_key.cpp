#include "services/api/access/development_key.hpp"

#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace almanac::api {
namespace {

PrivateKey owned(EVP_PKEY* key) {
  return PrivateKey(key, &EVP_PKEY_free);
}

tl::unexpected<std::string> fault_of(const std::filesystem::path& file, std::string_view what) {
  return tl::make_unexpected(file.string() + ": " + std::string(what) + ": " + std::strerror(errno));
}

std::string pem_of(const PrivateKey& key) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

tl::expected<PrivateKey, std::string> read_key(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fault_of(file, "cannot be read");
  const std::string pem{std::istreambuf_iterator<char>(stream), {}};
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                   &BIO_free);
  auto key = owned(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return tl::make_unexpected(file.string() +
                               ": holds no RSA private key; remove it to have a new one made");
  }
  return key;
}

tl::expected<std::filesystem::path, std::string> write_beside(const std::filesystem::path& file,
                                                              std::string_view text, unsigned mode) {
  auto beside = file;
  beside += "." + std::to_string(::getpid()) + ".partial";
  ::unlink(beside.c_str());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return fault_of(beside, "cannot be made");
  const auto written = ::write(fd, text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  errno = error;
  if (!whole) return fault_of(beside, "cannot be written");
  return beside;
}

std::string bytes_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  EVP_PKEY_get_bn_param(key, name, &raw);
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> number(raw, &BN_free);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

}  // namespace

tl::expected<PrivateKey, std::string> read_or_make_key(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return read_key(file);
  const auto key = owned(EVP_RSA_gen(2048));
  if (key == nullptr) return tl::make_unexpected(std::string("OpenSSL makes no RSA key"));
  const auto beside = write_beside(file, pem_of(key), 0600);
  if (!beside) return tl::make_unexpected(beside.error());
  const bool placed = ::link(beside->c_str(), file.c_str()) == 0;
  const int error = errno;
  ::unlink(beside->c_str());
  errno = error;
  if (!placed && error != EEXIST) return fault_of(file, "cannot be made");
  return read_key(file);
}

tl::expected<void, std::string> replace_file(const std::filesystem::path& file, std::string_view text,
                                             unsigned mode) {
  const auto beside = write_beside(file, text, mode);
  if (!beside) return tl::make_unexpected(beside.error());
  if (::rename(beside->c_str(), file.c_str()) != 0) return fault_of(file, "cannot be replaced");
  return {};
}

std::string sign_rs256(const PrivateKey& key, std::string_view text) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
  std::size_t length = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    throw std::runtime_error("OpenSSL does not sign with the development key");
  }
  signature.resize(length);
  return signature;
}

PublicNumbers public_numbers(const PrivateKey& key) {
  return {bytes_of(key.get(), OSSL_PKEY_PARAM_RSA_N), bytes_of(key.get(), OSSL_PKEY_PARAM_RSA_E)};
}

}  // namespace almanac::api
