#include "services/cli/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace almanac::cli {
namespace {

constexpr long connect_timeout_s = 10;
constexpr long silence_s = 60;
constexpr long whole_timeout_s = 300;  // an import of ten thousand rows is one request

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

/// A good answer's bytes as they come; any other answer is kept whole, to complain of.
struct Coming {
  CURL* curl;
  ClientAnswer& answer;
  const std::function<bool(std::string_view)>& told;
};
std::size_t take_coming(char* bytes, std::size_t size, std::size_t count, void* with) {
  const Coming& coming = *static_cast<const Coming*>(with);
  curl_easy_getinfo(coming.curl, CURLINFO_RESPONSE_CODE, &coming.answer.status);
  if (!coming.answer.good()) return take_body(bytes, size, count, &coming.answer.body);
  return coming.told({bytes, size * count}) ? size * count : 0;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* into) {
  const std::string_view line(bytes, size * count);
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto from = line.find_first_not_of(" \t", colon + 1);
    const auto to = line.find_last_not_of(" \t\r\n");
    auto& headers = *static_cast<std::map<std::string, std::string>*>(into);
    headers[name] =
        from == std::string_view::npos || to < from ? "" : std::string(line.substr(from, to - from + 1));
  }
  return size * count;
}

int take_progress(void* with, curl_off_t, curl_off_t, curl_off_t to_send, curl_off_t sent) {
  const auto& told = *static_cast<const std::function<void(std::size_t, std::size_t)>*>(with);
  if (to_send > 0) told(static_cast<std::size_t>(sent), static_cast<std::size_t>(to_send));
  return 0;
}

std::string address_of(const std::string& url, const ClientRequest& request) {
  std::string address = url;
  while (!address.empty() && address.back() == '/')
    address.pop_back();
  address += request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    address += separator + escaped(name) + "=" + escaped(value);
    separator = '&';
  }
  return address;
}

}  // namespace

tl::expected<ClientAnswer, std::string> Client::send(const ClientRequest& request) const {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (curl == nullptr) return tl::make_unexpected(std::string("libcurl has no handle"));
  ClientAnswer answer;
  char why[CURL_ERROR_SIZE] = "";
  curl_slist* lines = nullptr;
  const auto add = [&](const std::string& line) { lines = curl_slist_append(lines, line.c_str()); };
  if (!token_.empty()) add("Authorization: Bearer " + token_);
  const bool says_accept = std::any_of(request.headers.begin(), request.headers.end(),
                                       [](const auto& header) { return header.first == "Accept"; });
  if (!says_accept) add("Accept: application/json");
  add("Expect:");
  if (request.body) add("Content-Type: " + request.content_type);
  for (const auto& [name, value] : request.headers)
    add(std::string(name).append(": ").append(value));
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> owned(lines, &curl_slist_free_all);

  const std::string address = address_of(url_, request);
  curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, whole_timeout_s);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &answer.headers);
  if (request.body) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body->c_str());
  }
  Coming coming{curl.get(), answer, download_};
  if (download_) {
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take_coming);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &coming);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 0L);
    // Of a stream a frame comes every 15 s.
    curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, silence_s);
  }
  if (upload_) {
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, &take_progress);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &upload_);
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK)
    return tl::make_unexpected(std::string(*why != '\0' ? why : curl_easy_strerror(code)));
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

bool is_local(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const auto rest = url.substr(scheme.size());
    for (const std::string_view host : {"127.", "localhost:", "localhost/", "[::1]"}) {
      if (rest.starts_with(host)) return true;
    }
    return rest == "localhost";
  }
  return false;
}

}  // namespace almanac::cli
