#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tl/expected.hpp>

#include "services/api/transport/io_thread.hpp"

namespace almanac::api {

/// TLS on one connection. Apart from the plain path so that neither its headers nor its type-erased callbacks
/// cost that one anything. One read and one write may be under way at a time.
class TlsStream {
 public:
  using Done = std::function<void(const boost::system::error_code&)>;
  using Moved = std::function<void(const boost::system::error_code&, std::size_t)>;
  virtual ~TlsStream() = default;
  virtual void handshake(Done done) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, Moved done) = 0;
  virtual void write_all(boost::asio::const_buffer from, Moved done) = 0;
  virtual void shutdown(Done done) = 0;
};

/// Certificate and key of the listener, TLS 1.2 and 1.3, ALPN http/1.1.
class TlsContext {
 public:
  /// Reads both files; the error says which and why.
  static tl::expected<std::unique_ptr<TlsContext>, std::string> load(std::string certificate_file,
                                                                     std::string key_file);
  /// Reads the files anew. New connections get the new certificate; on an error everything stays as it is.
  /// Any thread.
  tl::expected<void, std::string> reload();
  /// `socket` outlives the stream. Any thread.
  std::unique_ptr<TlsStream> wrap(Socket& socket);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  struct Loaded;
  TlsContext(std::string certificate_file, std::string key_file);
  std::shared_ptr<Loaded> current();

  const std::string certificate_file_, key_file_;
  std::mutex mutex_;
  std::shared_ptr<Loaded> loaded_;
};

}  // namespace almanac::api
