#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace almanac::cli {

/// A request to the service; `path` is escaped already, the query is not.
struct ClientRequest {
  std::string method = "GET";
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::optional<std::string> body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

struct ClientAnswer {
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< names in lower case

  bool good() const { return status >= 200 && status < 300; }
};

/// A service that answers HTTP at an address, by libcurl. One thread.
class Client {
 public:
  Client(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

  /// The error says why the service could not be reached.
  tl::expected<ClientAnswer, std::string> send(const ClientRequest& request) const;
  /// Told of bytes sent and to be sent, for progress.
  void on_upload(std::function<void(std::size_t, std::size_t)> told) { upload_ = std::move(told); }
  /// Handed the body as it comes, for one that has no end; false breaks off.
  void on_download(std::function<bool(std::string_view)> told) { download_ = std::move(told); }
  const std::string& url() const { return url_; }

 private:
  std::string url_;
  std::string token_;
  std::function<void(std::size_t, std::size_t)> upload_;
  std::function<bool(std::string_view)> download_;
};

/// One segment of a path, or a value of a query.
std::string escaped(std::string_view text);
/// Whether a URL names this machine's loopback.
bool is_local(std::string_view url);

}  // namespace almanac::cli
