#include "services/api/transport/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/server.hpp"

namespace almanac::api::testing {
namespace {

namespace fs = std::filesystem;

/// A folder with a self-signed certificate and its key, written anew at will.
class Credentials {
 public:
  Credentials()
      : folder_(fs::temp_directory_path() /
                ("almanac-tls-" + std::to_string(getpid()) + "-" + std::to_string(count_++))) {
    fs::create_directories(folder_);
  }
  ~Credentials() { fs::remove_all(folder_); }

  void write(const char* name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1,
                               -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    FILE* file = fopen(this->certificate().c_str(), "w");
    PEM_write_X509(file, certificate);
    fclose(file);
    file = fopen(this->key().c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  std::string certificate() const { return folder_ / "certificate.pem"; }
  std::string key() const { return folder_ / "key.pem"; }

 private:
  static inline int count_ = 0;
  fs::path folder_;
};

/// A TLS client on a raw one's socket.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int version_max = TLS1_3_VERSION) : raw_(port) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_, version_max);
    SSL_CTX_set_security_level(context_, 0);
    ssl_ = SSL_new(context_);
    static constexpr unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(ssl_, offered, sizeof offered - 1);
    SSL_set_fd(ssl_, raw_.descriptor());
    const timeval patience{10, 0};
    setsockopt(raw_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ERR_clear_error();
  }

  bool connected() const { return connected_; }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  std::string peer_name() const {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
  }
  std::string ask(const std::string& request, const std::string& until) {
    SSL_write(ssl_, request.data(), static_cast<int>(request.size()));
    std::string received;
    char piece[16384];
    while (received.find(until) == std::string::npos) {
      const int got = SSL_read(ssl_, piece, sizeof piece);
      if (got <= 0) break;
      received.append(piece, static_cast<std::size_t>(got));
    }
    return received;
  }

 private:
  RawClient raw_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
};

void with_tls(TransportSettings& settings, const Credentials& credentials) {
  settings.tls_certificate_file = credentials.certificate();
  settings.tls_key_file = credentials.key();
}

TEST(Tls, serves_requests_and_says_so_to_the_handler) {
  Credentials credentials;
  credentials.write("first");
  bool was_tls = false;
  Server server([&](TransportSettings& settings, RecordingHandler& handler) {
    with_tls(settings, credentials);
    handler.route("/tls", [&](Request&& request, Reply reply) {
      was_tls = request.peer.tls;
      reply(plain("over tls"));
    });
  });
  TlsClient client(server.port());
  ASSERT_TRUE(client.connected());
  EXPECT_EQ(client.protocol(), "http/1.1");
  EXPECT_NE(client.ask(get("/tls"), "over tls").find("HTTP/1.1 200 OK"), std::string::npos);
  EXPECT_TRUE(was_tls);
  EXPECT_NE(client.ask(get("/a") + get("/b"), "GET /b ").find("GET /a "), std::string::npos);
}

TEST(Tls, large_bodies_go_both_ways) {
  Credentials credentials;
  credentials.write("first");
  Server server([&](TransportSettings& settings, auto&) { with_tls(settings, credentials); });
  TlsClient client(server.port());
  const std::string body = std::string(900'000, 'x') + "END";
  EXPECT_GT(client.ask(post("/big", body), "END").size(), body.size());
}

TEST(Tls, a_reload_gives_new_connections_the_new_certificate_and_leaves_the_old_ones_alone) {
  Credentials credentials;
  credentials.write("first");
  Server server([&](TransportSettings& settings, auto&) { with_tls(settings, credentials); });
  TlsClient old(server.port());
  EXPECT_EQ(old.peer_name(), "first");
  credentials.write("second");
  ASSERT_TRUE(server.listener->reload_tls());
  EXPECT_EQ(TlsClient(server.port()).peer_name(), "second");
  EXPECT_NE(old.ask(get("/still"), "GET /still ").find("200 OK"), std::string::npos);
}

TEST(Tls, a_reload_of_files_that_do_not_fit_keeps_the_old_certificate_and_says_why) {
  Credentials credentials, other;
  credentials.write("first");
  other.write("other");
  Server server([&](TransportSettings& settings, auto&) { with_tls(settings, credentials); });
  fs::copy_file(other.key(), credentials.key(), fs::copy_options::overwrite_existing);
  const auto reloaded = server.listener->reload_tls();
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().find(credentials.key()), std::string::npos) << reloaded.error();
  std::ofstream(credentials.certificate()) << "no certificate";
  EXPECT_FALSE(server.listener->reload_tls());
  EXPECT_EQ(TlsClient(server.port()).peer_name(), "first");
}

TEST(Tls, versions_before_1_2_are_refused) {
  Credentials credentials;
  credentials.write("first");
  Server server([&](TransportSettings& settings, auto&) { with_tls(settings, credentials); });
  EXPECT_FALSE(TlsClient(server.port(), TLS1_1_VERSION).connected());
  EXPECT_TRUE(TlsClient(server.port(), TLS1_2_VERSION).connected());
}

TEST(Tls, plain_text_and_an_unfinished_handshake_end_quietly) {
  Credentials credentials;
  credentials.write("first");
  Server server([&](TransportSettings& settings, auto&) {
    with_tls(settings, credentials);
    settings.head_timeout = std::chrono::milliseconds(40);
  });
  RawClient plain_client(server.port());
  plain_client.send(get("/"));
  while (!plain_client.read_some().empty()) {  // an alert may come
  }
  RawClient silent(server.port());
  EXPECT_TRUE(silent.closes());
  EXPECT_TRUE(TlsClient(server.port()).connected());
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(Tls, a_listener_without_its_files_does_not_open) {
  RecordingHandler handler;
  TransportSettings settings;
  settings.tls_certificate_file = "/nowhere/certificate.pem";
  settings.tls_key_file = "/nowhere/key.pem";
  const auto opened = Listener::open(settings, handler);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().find("/nowhere/certificate.pem"), std::string::npos);
}

}  // namespace
}  // namespace almanac::api::testing
