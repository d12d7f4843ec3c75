#include "services/api/transport/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <string_view>
#include <utility>

namespace almanac::api {
namespace ssl = boost::asio::ssl;

struct TlsContext::Loaded {
  ssl::context context{ssl::context::tls_server};
};

namespace {

using Error = boost::system::error_code;

class AsioTlsStream final : public TlsStream {
 public:
  /// `context` is held so that a reload does not take it from under a connection.
  AsioTlsStream(Socket& socket, std::shared_ptr<void> owner, ssl::context& context)
      : owner_(std::move(owner)), stream_(socket, context) {}

  void handshake(Done done) override {
    stream_.async_handshake(ssl::stream_base::server, [done = std::move(done)](const Error& e) { done(e); });
  }
  void read_some(boost::asio::mutable_buffer into, Moved done) override {
    stream_.async_read_some(into, [done = std::move(done)](const Error& e, std::size_t n) { done(e, n); });
  }
  void write_all(boost::asio::const_buffer from, Moved done) override {
    boost::asio::async_write(stream_, from,
                             [done = std::move(done)](const Error& e, std::size_t n) { done(e, n); });
  }
  void shutdown(Done done) override {
    stream_.async_shutdown([done = std::move(done)](const Error& e) { done(e); });
  }

 private:
  std::shared_ptr<void> owner_;
  ssl::stream<Socket&> stream_;
};

/// RFC 7301: http/1.1 when the client offers protocols at all; a client that only speaks others is refused.
int select_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  static constexpr unsigned char http11[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, http11, sizeof http11 - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsContext::TlsContext(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

TlsContext::~TlsContext() = default;

tl::expected<std::unique_ptr<TlsContext>, std::string> TlsContext::load(std::string certificate_file,
                                                                        std::string key_file) {
  std::unique_ptr<TlsContext> context(new TlsContext(std::move(certificate_file), std::move(key_file)));
  if (auto read = context->reload(); !read) return tl::unexpected(read.error());
  return context;
}

tl::expected<void, std::string> TlsContext::reload() {
  auto fresh = std::make_shared<Loaded>();
  ssl::context& context = fresh->context;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  // A client that hangs up without close_notify is ordinary: bodies here carry their own length.
  SSL_CTX_set_options(context.native_handle(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // 34 KiB less an idle connection
  SSL_CTX_set_alpn_select_cb(context.native_handle(), select_protocol, nullptr);
  Error error;
  context.use_certificate_chain_file(certificate_file_, error);
  if (error) return tl::unexpected("certificate " + certificate_file_ + ": " + error.message());
  context.use_private_key_file(key_file_, ssl::context::pem, error);
  if (error) return tl::unexpected("key " + key_file_ + ": " + error.message());
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return tl::unexpected("key " + key_file_ + " does not belong to certificate " + certificate_file_);
  const std::lock_guard lock(mutex_);
  loaded_ = std::move(fresh);
  return {};
}

std::shared_ptr<TlsContext::Loaded> TlsContext::current() {
  const std::lock_guard lock(mutex_);
  return loaded_;
}

std::unique_ptr<TlsStream> TlsContext::wrap(Socket& socket) {
  const std::shared_ptr<Loaded> loaded = current();
  return std::make_unique<AsioTlsStream>(socket, loaded, loaded->context);
}

}  // namespace almanac::api
