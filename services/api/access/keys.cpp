#include "services/api/access/keys.hpp"

#include <curl/curl.h>

#include <fstream>
#include <iterator>
#include <utility>

namespace almanac::api {
namespace {

constexpr std::size_t document_bytes_max = 1 << 20;
constexpr long fetch_timeout_s = 10;

bool is_url(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  const std::size_t length = size * count;
  if (body.size() + length > document_bytes_max) return 0;  // ends the transfer with an error
  body.append(bytes, length);
  return length;
}

tl::expected<std::string, std::string> download(const std::string& url) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (curl == nullptr) return tl::make_unexpected(std::string("libcurl has no handle"));
  std::string body;
  char why[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, fetch_timeout_s);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK)
    return tl::make_unexpected(std::string(*why != '\0' ? why : curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return tl::make_unexpected("the answer was " + std::to_string(status));
  return body;
}

tl::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::make_unexpected(std::string("it cannot be read"));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() > document_bytes_max) return tl::make_unexpected(std::string("it is over 1 MiB"));
  return text;
}

}  // namespace

Keys::Keys(Options options)
    : options_(std::move(options)), current_(std::make_shared<const KeySet>()), thread_([this] { run(); }) {}

Keys::~Keys() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

tl::expected<std::size_t, std::string> Keys::fetch() {
  const std::lock_guard one_at_a_time(fetching_);
  const auto text = is_url(options_.source) ? download(options_.source) : read_file(options_.source);
  tl::expected<std::size_t, std::string> result = tl::make_unexpected(options_.source + ": ");
  if (!text) {
    result.error() += text.error();
  } else if (*text == document_) {
    result = current()->size();
  } else if (auto set = KeySet::parse(*text, epoch() + 1); !set) {
    result.error() += set.error();
  } else {
    result = (*set)->size();
    document_ = *text;
    current_.store(std::move(*set), std::memory_order_release);
    epoch_.fetch_add(1, std::memory_order_acq_rel);
  }
  if (options_.told) options_.told(result);
  return result;
}

std::shared_ptr<const KeySet> Keys::current() const {
  return current_.load(std::memory_order_acquire);
}

bool Keys::unknown_kid() {
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (last_unknown_.time_since_epoch().count() != 0 && now - last_unknown_ < options_.unknown_kid_every) {
      return false;
    }
    last_unknown_ = now;
    wanted_ = true;
  }
  wake_.notify_all();
  return true;
}

void Keys::reload() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_all();
}

void Keys::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wake_.wait_for(lock, options_.refresh_every, [this] { return stop_ || wanted_; });
    if (stop_) return;
    wanted_ = false;
    lock.unlock();
    fetch();
    lock.lock();
  }
}

}  // namespace almanac::api
